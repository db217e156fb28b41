package io.raftctl.raft.room;

import io.raftctl.raft.Entry;

/// How much more of the log a disk certainly takes.
///
/// Room is short from the moment on at which the disk refused to get more of it ready. What is left
/// then is for the entries that are on their way, and the last of it for those with which the
/// cluster keeps a leader and gets other members.
///
/// @param isShort whether the disk is full
/// @param bytes what entries may come to, each counted as [#bytesOf(Entry)], before more must be
///   got ready
/// @param reserve so many of these are kept from commands
public record Room(boolean isShort, long bytes, long reserve) {
  /// A disk without end.
  public static final Room AMPLE = new Room(false, Long.MAX_VALUE, 0);

  /// What an entry costs a disk at most beside its data: two headers, and gaps before borders.
  public static final int OVERHEAD_BYTES = 160;

  /// What an entry costs a disk at most.
  public static long bytesOf(Entry entry) {
    return bytesOf(entry.data().length);
  }

  /// What an entry with so many bytes of data costs a disk at most.
  public static long bytesOf(int length) {
    return length + (long) OVERHEAD_BYTES;
  }

  /// Whether there is room for an entry.
  public boolean takes(Entry entry) {
    long kept = entry.kind() == Entry.Kind.COMMAND ? reserve : 0;
    return bytesOf(entry) <= bytes - kept;
  }

  /// What is left once an entry is written.
  public Room without(Entry entry) {
    return new Room(isShort, bytes - bytesOf(entry), reserve);
  }
}
