package io.raftctl.storage;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.EntrySource;
import io.raftctl.raft.room.Room;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's durable memory: its hard state and its log.
///
/// One thread writes. Another may sync at the same time; any thread may read entries that nobody
/// replaces meanwhile (committed ones are never replaced). A [StorageException] from any method is
/// final: the store answers every later call with the same failure, and the process must end.
public interface LogStore extends EntrySource, AutoCloseable {
  /// What was recovered at start, or written since.
  HardState hardState();

  /// Writes, without waiting for the platter.
  ///
  /// @param hardState the new one, or null to keep the old one
  /// @param entries contiguous; they follow the entry before the first of them and replace all that
  ///   the log holds from there on. May be empty
  void write(@Nullable HardState hardState, List<Entry> entries);

  /// Writes entries that are damaged into their places, as they were. Synced like a write. One that
  /// is not damaged, or not what was lost, is ignored: it was replaced or compacted meanwhile.
  void repair(List<Entry> entries);

  /// Gets enough ready for what comes next, and waits for that where it must. Whoever calls this
  /// before each write, and writes no more than it says, is never refused for want of room.
  ///
  /// @return [Room#AMPLE] where all that is demanded has its place; otherwise what has
  Room reserve(Demand demand);

  /// Whether the log can start anew ([#startAfter]) now, also where [#reserve] finds no room for
  /// that and entries besides.
  boolean startsAnew();

  /// Tries once more, beside the caller, to get ready what the disk has refused for want of room.
  void makeRoom();

  /// Gives up, beside the caller, what is kept to be written again, for the sake of something else
  /// that finds no room.
  ///
  /// @return whether there is anything to give up
  boolean giveUpSpares();

  /// Forgets all entries: the next one follows `last`, up to which a synced snapshot holds
  /// everything. Synced like a write.
  void startAfter(EntryId last);

  /// Gives up room: entries up to index `last` are not needed any more, because a synced snapshot
  /// holds what they came to. How many of them go is up to the store; `terms().base()` tells.
  void compact(long last);

  /// Returns once every write that returned before this call began survives a crash.
  void sync();

  @Override
  void close();
}
