package io.raftctl.simulation;

import io.raftctl.node.CommandEnvelope;
import io.raftctl.node.Outcome;
import io.raftctl.node.RequestId;
import io.raftctl.raft.Entry;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.Raft;
import io.raftctl.statemachine.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Clients that put and get, one request at a time each, and hold every answer to its word.
///
/// The committed log is the witness of the order: a write is answered with its place there, a read
/// with the place up to which it saw. The history is linearizable if each answer is what the log
/// says at its place, and if no place lies before that of an answer which was there before the
/// request was made.
final class Workload {
  private static final int KEYS = 4;
  private static final Consistency[] CONSISTENCIES = Consistency.values();

  private record Write(RequestId request, long index) {}

  private final World world;
  private final List<SimulatedNode> nodes;
  private final RandomGenerator random;

  /// By key: what each committed put wrote, by its index.
  private final List<TreeMap<Long, String>> versions = new ArrayList<>();

  private long versionsUpTo;

  /// The highest place of any answer so far.
  private long answeredIndex;

  private final List<Write> acknowledged = new ArrayList<>();
  private final List<RequestId> neverApplied = new ArrayList<>();
  private final SortedMap<Long, Long> sequences = new TreeMap<>();
  private long reads;
  private long unknown;
  private boolean stopped;

  Workload(World world, List<SimulatedNode> nodes, RandomGenerator random) {
    this.world = world;
    this.nodes = nodes;
    this.random = random;
    for (int key = 0; key < KEYS; key++) {
      versions.add(new TreeMap<>());
    }
  }

  void start(int clients) {
    for (long client = 1; client <= clients; client++) {
      next(client);
    }
  }

  /// No client begins anything new.
  void stop() {
    stopped = true;
  }

  long acknowledged() {
    return acknowledged.size();
  }

  long reads() {
    return reads;
  }

  /// Requests whose outcome nobody can tell.
  long unknown() {
    return unknown;
  }

  private void next(long client) {
    world.after(
        100 + random.nextLong(30_000),
        () -> {
          if (!stopped) {
            request(client);
          }
        });
  }

  private void request(long client) {
    SimulatedNode node = target();
    int key = random.nextInt(KEYS);
    long floor = answeredIndex;
    if (random.nextInt(3) == 0) {
      Consistency consistency = CONSISTENCIES[random.nextInt(CONSISTENCIES.length)];
      // What a stale read shows may be older than any answer so far.
      long least = consistency == Consistency.STALE ? 0 : floor;
      node.read(
          bytes("get k" + key),
          consistency,
          outcome -> answer(() -> onRead(client, key, least, outcome)));
    } else {
      RequestId request = new RequestId(client, sequences.merge(client, 1L, Long::sum));
      byte[] command = bytes("put k" + key + " " + request);
      node.submit(
          request, command, outcome -> answer(() -> onWrite(client, request, floor, outcome)));
    }
  }

  /// Mostly the leader, as clients that follow hints find it; sometimes any node.
  private SimulatedNode target() {
    if (random.nextInt(4) > 0) {
      for (SimulatedNode node : nodes) {
        Raft raft = node.raft();
        if (raft != null && raft.leads()) {
          return node;
        }
      }
    }
    return nodes.get(random.nextInt(nodes.size()));
  }

  /// An answer reaches its client after a while, and in an event of its own.
  private void answer(Runnable action) {
    world.after(1 + random.nextLong(2_000), action);
  }

  private void onWrite(long client, RequestId request, long floor, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done done -> {
        long index = done.id().index();
        Long committed = world.safety().indexOf(request);
        Violation.unless(
            committed != null && committed == index,
            "acknowledged: %s was answered with %s and is committed at %s",
            request,
            done.id(),
            committed);
        checkOrder(request.toString(), index, floor + 1);
        Violation.unless(done.reply().ok(), "store: a put was refused: %s", done.reply());
        acknowledged.add(new Write(request, index));
      }
      case Outcome.NotLeader _, Outcome.Unavailable _ -> neverApplied.add(request);
      case Outcome.Indeterminate _ -> unknown++;
    }
    next(client);
  }

  private void onRead(long client, int key, long floor, Outcome outcome) {
    if (outcome instanceof Outcome.Done done) {
      long index = done.id().index();
      checkOrder("a read of k" + key, index, floor);
      catchUp();
      var version = versions.get(key).floorEntry(index);
      Reply expected = version == null ? null : new Reply(true, version.getValue());
      boolean right = expected == null ? !done.reply().ok() : expected.equals(done.reply());
      Violation.unless(
          right, "read: k%d at %d is %s, read as %s", key, index, expected, done.reply());
      reads++;
    }
    next(client);
  }

  private void checkOrder(String what, long index, long least) {
    Violation.unless(
        index >= least, "real time: %s took place %d after an answer from %d", what, index, least);
    answeredIndex = Math.max(answeredIndex, index);
  }

  /// Reads what was committed since the last time into the versions.
  private void catchUp() {
    Entry entry;
    while ((entry = world.safety().committed(versionsUpTo + 1)) != null) {
      versionsUpTo++;
      if (entry.kind() == Entry.Kind.COMMAND) {
        byte[] command = CommandEnvelope.decode(entry.data()).command();
        String[] words = new String(command, StandardCharsets.UTF_8).split(" ", 3);
        versions.get(Integer.parseInt(words[1].substring(1))).put(entry.index(), words[2]);
      }
    }
  }

  /// At the end: every acknowledged write is where it was said to be, and what was said to be
  /// without effect has none.
  void judge() {
    for (Write write : acknowledged) {
      Long index = world.safety().indexOf(write.request);
      Violation.unless(
          index != null && index == write.index, "lost: %s is at %s", write.request, index);
    }
    for (RequestId request : neverApplied) {
      Violation.unless(
          world.safety().indexOf(request) == null,
          "refused and applied: %s is committed at %s",
          request,
          world.safety().indexOf(request));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
