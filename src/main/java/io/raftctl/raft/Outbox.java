package io.raftctl.raft;

import io.raftctl.raft.snapshot.SnapshotWork;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gathers the [Effects] of the turn that is under way.
final class Outbox {
  private final List<Message> sendNow = new ArrayList<>();
  private final List<Message> sendAfterSync = new ArrayList<>();
  private final List<Entry> repair = new ArrayList<>();
  private final List<Entry> append = new ArrayList<>();
  private final List<SnapshotWork.Chunk> sendChunks = new ArrayList<>();
  private final List<Message.InstallSnapshot> receiveChunks = new ArrayList<>();
  private final List<Effects.ReadIndex> readable = new ArrayList<>();
  private final List<Effects.Accepted> accepted = new ArrayList<>();
  private final List<Effects.Refused> refused = new ArrayList<>();
  private SnapshotWork.@Nullable Installation install;
  private long compactTo;
  private boolean takeSnapshot;
  private final List<Effects.Transferred> transferred = new ArrayList<>();

  /// For what promises nothing about this node's disk.
  void sendNow(Message message) {
    sendNow.add(message);
  }

  /// For what promises that the disk holds the hard state and the entries of this turn and before.
  void sendAfterSync(Message message) {
    sendAfterSync.add(message);
  }

  /// These were damaged, and are to be put back into their places.
  void repair(List<Entry> entries) {
    repair.addAll(entries);
  }

  void append(Entry entry) {
    append.add(entry);
  }

  /// The entries replace all from the first of them on, in what this turn appends too.
  void replaceFrom(long first, List<Entry> entries) {
    repair.removeIf(entry -> entry.index() >= first);
    append.removeIf(entry -> entry.index() >= first);
    append.addAll(entries);
  }

  /// The log starts anew after `last`, also with regard to what this turn appended.
  void install(EntryId last) {
    install = new SnapshotWork.Installation(last, false);
    repair.clear();
    append.clear();
  }

  /// The state machine goes on from a snapshot up to `last`, and the log behind it stays.
  void restore(EntryId last) {
    install = new SnapshotWork.Installation(last, true);
  }

  void compactTo(long index) {
    compactTo = index;
  }

  /// A peer needs a snapshot of what is applied by now.
  void takeSnapshot() {
    takeSnapshot = true;
  }

  void sendChunk(SnapshotWork.Chunk chunk) {
    sendChunks.add(chunk);
  }

  void receiveChunk(Message.InstallSnapshot chunk) {
    receiveChunks.add(chunk);
  }

  void readable(long ticket, long index) {
    readable.add(new Effects.ReadIndex(ticket, index));
  }

  void accepted(long ticket, EntryId id) {
    accepted.add(new Effects.Accepted(ticket, id));
  }

  void refused(long ticket, Effects.Reason reason, @Nullable NodeId leader) {
    refused.add(new Effects.Refused(ticket, reason, leader));
  }

  void transferred(long ticket, NodeId target) {
    transferred.add(new Effects.Transferred(ticket, target));
  }

  List<Entry> repaired() {
    return repair;
  }

  List<Entry> appended() {
    return append;
  }

  private SnapshotWork snapshotWork() {
    if (install == null
        && compactTo == 0
        && sendChunks.isEmpty()
        && receiveChunks.isEmpty()
        && !takeSnapshot) {
      return SnapshotWork.NONE;
    }
    SnapshotWork work =
        new SnapshotWork(install, compactTo, taken(sendChunks), taken(receiveChunks), takeSnapshot);
    install = null;
    compactTo = 0;
    takeSnapshot = false;
    return work;
  }

  /// Closes the turn and empties the box for the next one.
  Effects take(long turn, @Nullable HardState hardState, List<Entry> committed, boolean more) {
    return new Effects(
        turn,
        taken(sendNow),
        snapshotWork(),
        hardState,
        taken(repair),
        taken(append),
        taken(sendAfterSync),
        List.copyOf(committed),
        taken(readable),
        taken(accepted),
        taken(refused),
        taken(transferred),
        more);
  }

  /// What has gathered; the box is empty then. Most boxes are, in most turns.
  private static <T> List<T> taken(List<T> box) {
    if (box.isEmpty()) {
      return List.of();
    }
    List<T> all = List.copyOf(box);
    box.clear();
    return all;
  }
}
