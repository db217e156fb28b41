package io.raftctl.raft.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import java.util.zip.CRC32C;

/// An entry that the disk holds by name only: it was there for certain, and its data are lost.
///
/// @param length of the data, in bytes
/// @param dataChecksum CRC32C of the data
public record DamagedEntry(EntryId id, Entry.Kind kind, int length, int dataChecksum) {
  public long index() {
    return id.index();
  }

  /// Whether this is the entry that was lost. The id alone would do, as no two entries share one;
  /// what is written in its place must be it byte for byte.
  public boolean matches(Entry entry) {
    return id.equals(entry.id())
        && kind == entry.kind()
        && length == entry.data().length
        && dataChecksum == checksum(entry.data());
  }

  private static int checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, data.length);
    return (int) crc.getValue();
  }
}
