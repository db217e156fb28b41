package io.raftctl.simulation;

import io.raftctl.node.CommandEnvelope;
import io.raftctl.raft.Entry;
import io.raftctl.raft.Raft;
import io.raftctl.simulation.client.SimulatedSession;
import io.raftctl.simulation.client.SimulatedWrite;
import io.raftctl.simulation.judge.Violation;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Clients that write and read, and hold every answer to its word.
///
/// What ran in the committed log is the witness of the order: a write is answered with its place
/// there, a read with the place up to which it saw. The history is linearizable if each answer is
/// what the log says at its place, and if no place lies before that of an answer which was there
/// before the request was made.
final class Workload {
  private record Write(RequestId request, long index) {}

  private final World world;
  private final List<SimulatedNode> nodes;
  private final long seed;

  /// By number.
  private final SortedMap<Integer, SimulatedClient> clients = new TreeMap<>();

  /// By key: what each write that ran made of it, by its index.
  private final SortedMap<String, TreeMap<Long, String>> versions = new TreeMap<>();

  /// Keys that somebody else has written to, in ways that are not followed here.
  private final SortedSet<String> foreign = new TreeSet<>();

  private long versionsUpTo;

  /// The highest place of any answer so far.
  private long answeredIndex;

  private final List<Write> acknowledged = new ArrayList<>();
  private final List<RequestId> neverApplied = new ArrayList<>();

  /// By session that keeps an order: where its last acknowledged writes ran, by sequence.
  private final SortedMap<Long, TreeMap<Long, Long>> ordered = new TreeMap<>();

  private long lastSession;
  private long reads;
  private long unknown;
  private long repeated;
  private long expired;
  private boolean stopped;

  Workload(World world, List<SimulatedNode> nodes, long seed) {
    this.world = world;
    this.nodes = nodes;
    this.seed = seed;
  }

  /// A client sends a request.
  ///
  /// @param ended runs once the client waits for it no longer
  void send(Act.Ask ask, Runnable ended) {
    clients
        .computeIfAbsent(ask.client(), client -> new SimulatedClient(client, seed, world, this))
        .send(ask, ended);
  }

  /// No client begins anything new.
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
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

  /// Writes that were acknowledged after they had been sent again in doubt.
  long repeated() {
    return repeated;
  }

  /// Answers that a session had expired.
  long expired() {
    return expired;
  }

  /// A session that nobody else has; it knows what some node says to be committed.
  SimulatedSession newSession(RandomGenerator random) {
    Raft raft = nodes.get(random.nextInt(nodes.size())).raft();
    return newSession(raft == null ? 0 : raft.commitIndex(), random.nextBoolean());
  }

  /// @param known a commit index that some node told
  SimulatedSession newSession(long known, boolean ordered) {
    return new SimulatedSession(++lastSession, known, ordered);
  }

  /// Mostly the leader, as clients that follow hints find it; sometimes any node.
  SimulatedNode target(RandomGenerator random) {
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

  /// The highest place of any answer so far: what begins now must not take place before it.
  long answeredIndex() {
    return answeredIndex;
  }

  void onDone(SimulatedWrite write, long index, Reply reply) {
    onRan(write, index, reply);
    checkOrder(write.id.toString(), index, write.floor + 1);
    acknowledged.add(new Write(write.id, index));
    repeated += write.doubtful ? 1 : 0;
    if (write.session.ordered()) {
      checkTurn(write.id, index);
    }
  }

  /// Its client hears that the request ran there, with this reply.
  void onRan(SimulatedWrite write, long index, Reply reply) {
    checkRan(write, index, reply);
    Object answer = write.counts() ? (Object) Long.valueOf(reply.text()) : reply.text();
    write.call.done(answer, world.nowMicros());
    tell(write.call);
  }

  private void checkRan(SimulatedWrite write, long index, Reply reply) {
    Long ran = world.safety().indexOf(write.id);
    Violation.unless(
        ran != null && ran == index, "acknowledged: %s at %d, and ran at %s", write.id, index, ran);
    String expected = write.counts() ? valueAt(write.key, index) : "OK";
    Violation.unless(
        foreign.contains(write.key) || (reply.ok() && reply.text().equals(expected)),
        "first reply: %s was answered %s in place of %s",
        write.id,
        reply,
        expected);
  }

  /// Of the writes of an ordered session that are done, the earlier one stands first.
  private void checkTurn(RequestId id, long index) {
    TreeMap<Long, Long> turns = ordered.computeIfAbsent(id.session(), _ -> new TreeMap<>());
    Map.Entry<Long, Long> before = turns.lowerEntry(id.sequence());
    Map.Entry<Long, Long> behind = turns.higherEntry(id.sequence());
    Violation.unless(
        (before == null || before.getValue() < index)
            && (behind == null || behind.getValue() > index),
        "order: %s ran at %d, its neighbours at %s and %s",
        id,
        index,
        before,
        behind);
    turns.put(id.sequence(), index);
  }

  /// At the end nothing of this request may have run.
  void onNeverApplied(SimulatedWrite write) {
    neverApplied.add(write.id);
    write.call.nothing(world.nowMicros());
    tell(write.call);
  }

  /// A client asks for something.
  ClientHistory.Call ask(long client, String function, String key, @Nullable Object in) {
    ClientHistory.Call call = world.history().call(client, function, key, in, world.nowMicros());
    tell(call);
    return call;
  }

  private void tell(ClientHistory.Call call) {
    world.tell(call.who(), call);
  }

  void onUnknown() {
    unknown++;
  }

  void onExpired() {
    expired++;
  }

  /// Nothing of the request had run when the log was applied up to this place.
  void checkNotApplied(RequestId id, long asOf) {
    Long ran = world.safety().indexOf(id);
    Violation.unless(
        ran == null || ran > asOf,
        "outcome: %s was not applied at %d, and ran at %s",
        id,
        asOf,
        ran);
  }

  /// @param call null where the answer may be old
  void onRead(ClientHistory.@Nullable Call call, String key, long floor, long index, Reply reply) {
    if (call != null) {
      call.done(reply.ok() ? reply.text() : null, world.nowMicros());
      tell(call);
    }
    checkOrder("a read of " + key, index, floor);
    String expected = valueAt(key, index);
    boolean right = expected == null ? !reply.ok() : Reply.ok(expected).equals(reply);
    Violation.unless(
        right || foreign.contains(key),
        "read: %s at %d is %s, read as %s",
        key,
        index,
        expected,
        reply);
    reads++;
  }

  /// A read that was not answered.
  void onNoRead(ClientHistory.@Nullable Call call) {
    if (call != null) {
      call.nothing(world.nowMicros());
      tell(call);
    }
  }

  private void checkOrder(String what, long index, long least) {
    Violation.unless(
        index >= least, "real time: %s took place %d after an answer from %d", what, index, least);
    answeredIndex = Math.max(answeredIndex, index);
  }

  /// What a key holds where the log is applied up to `index`; somebody must have come so far.
  private @Nullable String valueAt(String key, long index) {
    while (versionsUpTo < index) {
      versionsUpTo++;
      Entry entry = world.safety().committed(versionsUpTo);
      if (entry != null && world.safety().hasRun(versionsUpTo)) {
        run(versionsUpTo, CommandEnvelope.decode(entry.data()));
      }
    }
    Map.Entry<Long, String> version = versions(key).floorEntry(index);
    return version == null ? null : version.getValue();
  }

  private void run(long index, SessionCommand command) {
    byte[] bytes =
        switch (command) {
          case SessionCommand.Plain plain -> plain.command();
          case SessionCommand.Once once -> once.command();
          case SessionCommand.Cancel cancel -> throw new Violation("a tombstone ran: " + cancel);
        };
    String[] words = new String(bytes, StandardCharsets.UTF_8).split(" ", -1);
    NavigableMap<Long, String> key = versions(words[1]);
    String before = key.isEmpty() ? "0" : key.lastEntry().getValue();
    if (words[0].equals("put") && words.length == 3) {
      key.put(index, words[2]);
    } else if (words[0].equals("incr") && words.length == 2 && before.matches("[0-9]+")) {
      key.put(index, Long.toString(Long.parseLong(before) + 1));
    } else {
      foreign.add(words[1]);
    }
  }

  private NavigableMap<Long, String> versions(String key) {
    return versions.computeIfAbsent(key, _ -> new TreeMap<>());
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
          "refused and applied: %s ran at %s",
          request,
          world.safety().indexOf(request));
    }
  }
}
