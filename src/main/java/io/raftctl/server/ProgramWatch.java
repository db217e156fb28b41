package io.raftctl.server;

import io.raftctl.proto.v1.RepliesReply;
import io.raftctl.raft.NodeId;
import io.raftctl.server.served.PeerAdmin;
import io.raftctl.server.served.ServedNode;
import io.raftctl.statemachine.exec.ExecMachine;
import io.raftctl.statemachine.exec.Replies;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Looks after the program that is a node's state machine: tells the operator when it falls silent,
/// and holds what it replied against what the leader's program did.
///
/// A follower asks the leader, four times a second and only for what is new, eight bytes an entry.
/// So every pair of programs that disagrees is found by the one of the two that does not lead, and
/// two followers that agree with the leader agree. Replies that are forgotten before anybody
/// compares them ([Replies#SIZE] entries later) are passed over.
final class ProgramWatch implements AutoCloseable {
  private static final long PAUSE_MILLIS = 250;

  private final ServedNode served;
  private final ExecMachine program;
  private final PeerAdmin peers;
  private final Consumer<String> log;
  private final CountDownLatch closed = new CountDownLatch(1);

  /// All up to here was compared with some leader's. The watching thread's.
  private long compared;

  ProgramWatch(ServedNode served, ExecMachine program, PeerAdmin peers, Consumer<String> log) {
    this.served = served;
    this.program = program;
    this.peers = peers;
    this.log = log;
  }

  void start() {
    Thread.ofPlatform().daemon().name("program-watch").start(this::run);
  }

  private void run() {
    try {
      while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        program.health().tellSilence(log);
        NodeId leader = served.node().status().leader();
        if (leader != null && !leader.equals(served.id()) && !program.health().differs()) {
          compareWith(leader);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody interrupts this thread.
    }
  }

  private void compareWith(NodeId leader) {
    Replies ours = program.replies();
    long last = ours.last();
    RepliesReply reply = compared < last ? peers.replies(leader, compared + 1, Replies.SIZE) : null;
    if (reply == null) {
      return;
    }
    Replies.Slice theirs = slice(reply);
    long index = ours.firstDifference(theirs);
    if (index > 0) {
      tell(leader, index);
    }
    compared = Math.max(compared, Math.min(last, theirs.end() - 1));
  }

  private void tell(NodeId leader, long index) {
    RepliesReply there = peers.replies(leader, index, 1);
    String reply =
        there == null || there.getFirstIndex() != index
            ? "something else"
            : "'" + there.getFirstReply() + "'";
    program
        .health()
        .differs(
            log,
            "to entry %d node %s replied '%s' and node %s %s"
                .formatted(index, served.id(), program.replies().text(index), leader, reply));
  }

  private static Replies.Slice slice(RepliesReply reply) {
    long[] hashes = reply.getHashesList().stream().mapToLong(Long::longValue).toArray();
    return new Replies.Slice(reply.getFirstIndex(), hashes, reply.getFirstReply());
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
