package io.raftctl.simulation;

import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.simulation.judge.Violation;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.util.List;

/// What is wrong with the disk of one machine for a while: it is full, its operations fail, it
/// hangs. And what the node on it made of that.
///
/// **A disk that hangs** ends no sync and nothing that a node does beside its loop, until it goes
/// on or the node is killed. What the loop writes stays in memory, and the loop goes on, up to
/// where it would wait for a segment that is being made: one of them may be ready by then, the next
/// one is not.
final class DiskTrouble {
  static final long FOR_GOOD = 1L << 50;

  /// A leader whose disk hangs while others get on without it may lead for so many of the longest
  /// election timeouts: one until it sees that, some for attempts that fail.
  private static final int REIGN_TIMEOUTS_MAX = 6;

  private final NodeId id;
  private final World world;
  private SimulatedDisk disk;

  /// The disk hangs up to this time; [#FOR_GOOD] and beyond: until the node is killed.
  private long hangsUntilMicros;

  /// What the node has begun in the background of its log since the disk hangs.
  private int begunInHang;

  private long stallsUntilMicros;

  /// Whether anybody has wished that the node hand over, in this life.
  private boolean wished;

  /// Whether the node has given its leadership away since the disk hangs.
  private boolean handedOver;

  private long hangs;
  private long hangsForGood;
  private long handovers;

  /// Since when the node has led this term although others get on without its disk; negative where
  /// it does not.
  private long reignsSinceMicros = -1;

  private long reignTerm;

  /// By what was written: snapshots of the node's own, of a leader.
  private final long[] refusedBefore = new long[2];

  private long fullInstalls;

  DiskTrouble(NodeId id, World world, SimulatedDisk disk) {
    this.id = id;
    this.world = world;
    this.disk = disk;
  }

  /// Another disk takes the place of the old one.
  void replaced(SimulatedDisk other) {
    refusedBefore[0] = refusedWriting();
    refusedBefore[1] = refusedReceiving();
    disk = other;
  }

  /// The node has ended, and its machine starts anew.
  void lifeEnded() {
    hangsUntilMicros = 0;
    stallsUntilMicros = 0;
    begunInHang = 0;
    wished = false;
    reignsSinceMicros = -1;
  }

  /// The node crashes by itself in the middle of its n-th disk operation from now; one that is down
  /// does so in its next start.
  void crashAtOperation(int operations) {
    disk.crashAfter(operations);
  }

  /// The n-th disk operation from now fails.
  void failAtOperation(int operations) {
    disk.failAfter(operations);
  }

  /// The disk takes so many bytes more, and is full then.
  void fill(long bytes) {
    world.note(id, "the disk of " + id + " takes " + bytes + " bytes more");
    disk.limit(disk.used() + bytes);
  }

  /// The same, from when the node next begins to write a snapshot or to receive one.
  void fillAtSnapshot(boolean received, long bytes) {
    world.note(
        id,
        "the disk of %s takes %d bytes more when a snapshot is %s"
            .formatted(id, bytes, received ? "received" : "written"));
    disk.limitAt(received ? SnapshotStore::isReceived : SnapshotStore::isWritten, bytes);
  }

  void makeRoom() {
    disk.limit(Long.MAX_VALUE);
  }

  /// Nothing is wrong from now on. A disk that hangs for good does so until its node is killed.
  void end() {
    disk.crashAfter(SimulatedDisk.NEVER);
    disk.failAfter(SimulatedDisk.NEVER);
    makeRoom();
  }

  /// @param micros for how long, or [#FOR_GOOD]
  void hang(long micros) {
    if (hangsForMicros() == 0) {
      String how = micros >= FOR_GOOD ? "until it is killed" : "for " + micros / 1000 + " ms";
      world.note(id, "the disk of " + id + " hangs " + how);
      hangsUntilMicros = world.nowMicros() + micros;
      hangs += hangsForGood() ? 0 : 1;
      hangsForGood += hangsForGood() ? 1 : 0;
      begunInHang = 0;
      handedOver = false;
    }
  }

  /// For how long the disk will hang, or 0.
  long hangsForMicros() {
    return Math.max(0, hangsUntilMicros - world.nowMicros());
  }

  boolean hangsForGood() {
    return hangsUntilMicros >= FOR_GOOD;
  }

  /// Runs what the log does in its background.
  void inBackground(Runnable action) {
    action.run();
    if (hangsForMicros() > 0 && ++begunInHang > 1) {
      stallsUntilMicros = hangsUntilMicros;
    }
  }

  /// Until when the loop waits for the disk.
  long stallsUntilMicros() {
    return stallsUntilMicros;
  }

  /// Somebody wishes that the node hand over its leadership.
  void handOverWished() {
    wished = true;
  }

  /// The node sends messages.
  void sent(Raft raft, List<Message> messages) {
    if (hangsForMicros() == 0 || handedOver) {
      return;
    }
    boolean told = messages.stream().anyMatch(message -> message instanceof Message.TimeoutNow);
    boolean otherReason = wished || raft.isShortOfRoom() || raft.isDamaged();
    if (told && !otherReason) {
      handedOver = true;
      handovers++;
    }
  }

  /// A leader whose disk hangs gives its leadership away, where others get on without it: a
  /// majority is heard and commits, so there is an heir. Where the disks of others are full or hang
  /// as well, so that nobody could commit the rest of the log, there is nothing to gain.
  void turned(Raft raft) {
    boolean reigns =
        raft.leads()
            && hangsForMicros() > 0
            && stallsUntilMicros <= world.nowMicros()
            && raft.commitIndex() > world.safety().disk(id).lastIndex()
            && world.othersTakeEntries(raft);
    if (!reigns) {
      reignsSinceMicros = -1;
      return;
    }
    if (reignsSinceMicros < 0 || raft.term() != reignTerm) {
      reignsSinceMicros = world.nowMicros();
      reignTerm = raft.term();
    }
    long timeout = 2 * world.config().core().electionMicros();
    Violation.unless(
        !world.config().isConnected()
            || world.nowMicros() - reignsSinceMicros <= REIGN_TIMEOUTS_MAX * timeout,
        "liveness: node %s leads term %d for %d ms while its disk hangs",
        id,
        reignTerm,
        (world.nowMicros() - reignsSinceMicros) / 1000);
  }

  /// The node went on from a leader's snapshot.
  void installed(boolean isFull) {
    fullInstalls += isFull ? 1 : 0;
  }

  /// How often the disk hung and went on by itself.
  long hangs() {
    return hangs;
  }

  /// How often it hung until the node was killed.
  long killedHangs() {
    return hangsForGood;
  }

  /// How often the node gave its leadership away because the disk hung.
  long handovers() {
    return handovers;
  }

  /// How often a snapshot of the node's own found no room on the way.
  long refusedWriting() {
    return refusedBefore[0] + disk.refused(SnapshotStore::isWritten);
  }

  /// How often one of a leader did.
  long refusedReceiving() {
    return refusedBefore[1] + disk.refused(SnapshotStore::isReceived);
  }

  /// How often the node went on from a leader's snapshot while the disk was full.
  long fullInstalls() {
    return fullInstalls;
  }
}
