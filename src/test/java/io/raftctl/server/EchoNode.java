package io.raftctl.server;

import io.raftctl.node.CommandEnvelope;
import io.raftctl.node.Node;
import io.raftctl.node.NodeCounters;
import io.raftctl.node.NodeStatus;
import io.raftctl.node.Outcome;
import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.repair.Damage;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionLimits;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A leader without followers, disk and consensus: what it is told it commits at once and repeats
/// as its reply, or it answers what the test wants. Outcomes come on a thread of its own, as a
/// node's do.
public final class EchoNode implements Node {
  /// The entry that the disk has lost, or 0.
  public volatile long lost;

  public final Queue<Message> received = new ConcurrentLinkedQueue<>();
  public volatile @Nullable Outcome answer;
  public volatile String role = "leader";
  public volatile @Nullable NodeId leader;
  public volatile @Nullable String halted;
  public volatile boolean closed;
  public volatile boolean diskFull;

  /// How many changes of the members whoever wished them was told of.
  public final AtomicInteger changes = new AtomicInteger();

  private final NodeId id;
  private final NodeCounters counters = new NodeCounters();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final List<Entry> log = new ArrayList<>();
  private final List<Consumer<? super Outcome>> held = new ArrayList<>();
  private boolean holding;

  volatile Configuration members;

  /// What is committed of the members; null where all is.
  public volatile @Nullable Configuration committedMembers;

  /// Whether the second half of a change is in the log by the time that the first one is applied,
  /// and not committed.
  public volatile boolean appendsSecondHalf;

  public EchoNode(NodeId id) {
    this.members = Configuration.of(List.of(id));
    this.id = id;
    this.leader = id;
  }

  /// From now on keeps requests unanswered, until [#release].
  public synchronized void hold() {
    holding = true;
  }

  public synchronized int held() {
    return held.size();
  }

  public synchronized void release(Outcome outcome) {
    held.forEach(done -> thread.execute(() -> done.accept(outcome)));
    held.clear();
    holding = false;
  }

  @Override
  public void submit(SessionCommand command, Duration timeout, Consumer<? super Outcome> done) {
    Entry entry = append(CommandEnvelope.encode(command));
    answer(entry.id(), bytes(command), done);
  }

  private static byte[] bytes(SessionCommand command) {
    return switch (command) {
      case SessionCommand.Plain plain -> plain.command();
      case SessionCommand.Once once -> once.command();
      case SessionCommand.Cancel _ -> new byte[0];
    };
  }

  @Override
  public void ask(RequestId id, long since, Duration timeout, Consumer<? super Outcome> done) {
    answer(new EntryId(1, commitIndex()), new byte[0], done);
  }

  public synchronized Entry append(byte[] data) {
    Entry entry = new Entry(new EntryId(1, log.size() + 1L), Entry.Kind.COMMAND, data);
    log.add(entry);
    return entry;
  }

  @Override
  public void read(
      byte[] command, Consistency consistency, Duration timeout, Consumer<? super Outcome> done) {
    answer(new EntryId(1, commitIndex()), command, done);
  }

  @Override
  public void change(
      Configuration before, Change change, Duration timeout, Consumer<? super Outcome> done) {
    Outcome wanted = answer;
    if (wanted != null) {
      done.accept(wanted);
      return;
    }
    Configuration after = change.from(before);
    if (after.joint() && appendsSecondHalf) {
      committedMembers = after;
      after = after.left();
    }
    members = after;
    done.accept(new Outcome.Done(new EntryId(1, commitIndex()), Reply.ok("")));
    changes.incrementAndGet();
  }

  @Override
  public void transfer(@Nullable NodeId target, Duration timeout, Consumer<? super Outcome> done) {
    String named = target == null ? "anybody" : target.value();
    answer(EntryId.NONE, named.getBytes(StandardCharsets.UTF_8), done);
  }

  private synchronized void answer(EntryId entry, byte[] command, Consumer<? super Outcome> done) {
    if (holding) {
      held.add(done);
      return;
    }
    Outcome wanted = answer;
    Outcome outcome =
        wanted != null
            ? wanted
            : new Outcome.Done(entry, Reply.ok(new String(command, StandardCharsets.UTF_8)));
    thread.execute(() -> done.accept(outcome));
  }

  @Override
  public void state(
      Duration timeout, Consumer<? super AppliedState> done, Consumer<? super Outcome> failed) {
    Outcome wanted = answer;
    EntryId last = new EntryId(1, commitIndex());
    byte[] log = log().toString().getBytes(StandardCharsets.UTF_8);
    thread.execute(
        () -> {
          if (wanted != null) {
            failed.accept(wanted);
          } else {
            done.accept(
                new AppliedState(
                    last,
                    new byte[0],
                    new SessionMachine.State(
                        target -> target.write(log), new SessionTable(SessionLimits.DEFAULT))));
          }
        });
  }

  private synchronized List<Entry> log() {
    return List.copyOf(log);
  }

  @Override
  public void receive(Input.Received message) {
    received.add(message.message());
  }

  private synchronized long commitIndex() {
    return log.size();
  }

  @Override
  public NodeStatus status() {
    long last = commitIndex();
    Configuration committed = committedMembers;
    return new NodeStatus(
        id,
        role,
        1,
        leader,
        last,
        last,
        1,
        last,
        0,
        Damage.NONE,
        diskFull,
        null,
        null,
        members,
        committed == null ? members : committed,
        halted);
  }

  @Override
  public NodeCounters counters() {
    return counters;
  }

  @Override
  public synchronized List<Entry> committed(long from) {
    if (from == lost) {
      throw new DamagedEntryException(
          new DamagedEntry(new EntryId(1, from), Entry.Kind.COMMAND, 1, 0));
    }
    return from > log.size() ? List.of() : List.copyOf(log.subList((int) from - 1, log.size()));
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdown();
  }
}
