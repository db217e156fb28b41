package io.raftctl.storage;

import io.raftctl.raft.Entry;
import io.raftctl.raft.room.Room;

/// What a log may be told to write next, at most.
///
/// @param bytes what the entries come to, each counted as [Room#bytesOf(Entry)]
/// @param bytesOfLargest so much of it in one entry
/// @param anew whether the log may have to start anew first ([LogStore#startAfter])
public record Demand(long bytes, long bytesOfLargest, boolean anew) {
  public static final Demand NOTHING = new Demand(0, 0, false);

  /// The same and an entry.
  public Demand and(Entry entry) {
    return andData(entry.data().length);
  }

  /// The same and an entry with so many bytes of data.
  public Demand andData(int length) {
    long more = Room.bytesOf(length);
    return new Demand(bytes + more, Math.max(bytesOfLargest, more), anew);
  }

  /// The same, and the log may have to start anew.
  public Demand andAnew() {
    return new Demand(bytes, bytesOfLargest, true);
  }
}
