package io.raftctl.storage.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The format of a snapshot, version 1: a stream that is written and read from its front to its
/// end, on a disk and on a connection alike. Numbers are big-endian.
///
/// ```
/// header     0 long  magic "raftctlS"
///            8 int   format version
///           12 int   length of the header with its checksum
///           16 long  index and 24 long term of the last entry whose effect it holds
///           32 int   length of the cluster's id        36 ... the id, UTF-8
///              int   length of the configuration           ... the data of the latest
///                    configuration entry; empty where there is none
///              int   CRC32C of all of the header before
///
/// chunk      0 int   CRC32C of the rest of the chunk
///            4 int   length of the data, up to 256 KiB
///            8 int   section that the data belong to
///           12 long  where in the stream the chunk begins
///           20 ...   data
///
/// trailer   a chunk of section 0. Its data: int CRC32C of all before it, long number of chunks
/// ```
///
/// The header's length and its checksum stay where they are in every later version, so that a
/// rotten version is not taken for a new one.
///
/// Sections say what the data are: 1 the state machine's state, 2 the client sessions. Each is one
/// run of chunks, in the order of their numbers. A reader that does not know a section refuses the
/// file, as it does with an unknown version: to leave out a part of the state is to guess.
///
/// **Equal states of a cluster give equal bytes**: nothing here tells which node wrote it, or when.
/// So nodes recognise a snapshot by its last entry, length and checksum, and a transfer from one
/// leader goes on from another.
///
/// A stream that ends before its trailer is cut short; one that goes on behind it is damaged. The
/// position in each chunk tells one that was misdirected, the checksum over all of it what a
/// chunk's own could miss.
public final class SnapshotFormat {
  static final long MAGIC = 0x7261667463746c53L; // "raftctlS"
  static final int VERSION = 1;

  static final int VERSION_AT = 8;
  static final int LENGTH_AT = 12;

  /// Bytes of the header up to its length.
  static final int HEADER_BEGINNING = 16;

  /// Far above what a configuration of some dozen nodes needs.
  static final int HEADER_BYTES_MAX = 1 << 20;

  static final int CHUNK_HEAD = 20;
  static final int CHUNK_BYTES_MAX = 256 << 10;
  static final int TRAILER_DATA = 12;

  /// The length of the trailer.
  static final int TRAILER = CHUNK_HEAD + TRAILER_DATA;

  /// The section of the trailer.
  static final int END = 0;

  /// The state machine's state.
  public static final int STATE = 1;

  /// Kept for the table of client sessions.
  public static final int SESSIONS = 2;

  private SnapshotFormat() {}

  static byte[] encode(SnapshotHeader header) {
    byte[] cluster = header.cluster().getBytes(StandardCharsets.UTF_8);
    byte[] configuration = header.configuration();
    int length = HEADER_BEGINNING + 16 + 8 + cluster.length + configuration.length + 4;
    ByteBuffer buffer =
        ByteBuffer.allocate(length)
            .putLong(MAGIC)
            .putInt(VERSION)
            .putInt(length)
            .putLong(header.last().index())
            .putLong(header.last().term())
            .putInt(cluster.length)
            .put(cluster)
            .putInt(configuration.length)
            .put(configuration);
    CRC32C crc = new CRC32C();
    crc.update(buffer.array(), 0, length - 4);
    return buffer.putInt((int) crc.getValue()).array();
  }

  /// Reads a whole header whose beginning has been checked.
  ///
  /// @throws SnapshotDamagedException where it is not intact
  /// @throws StorageException where it is intact and of a version that is not known
  static SnapshotHeader decode(byte[] bytes, String name) throws SnapshotDamagedException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).position(HEADER_BEGINNING);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    if (buffer.getInt(bytes.length - 4) != (int) crc.getValue()) {
      throw new SnapshotDamagedException(name, 0, "the checksum of the header does not match");
    }
    int version = buffer.getInt(VERSION_AT);
    if (version != VERSION) {
      throw new StorageException(
          "%s has the format version %d, and this raftctl knows version %d; use the raftctl that"
                  .formatted(name, version, VERSION)
              + " wrote it");
    }
    long index = buffer.getLong();
    long term = buffer.getLong();
    byte[] cluster = part(buffer);
    byte[] configuration = cluster == null ? null : part(buffer);
    if (index < 0 || term < 0 || cluster == null || configuration == null) {
      throw new SnapshotDamagedException(name, 0, "the header makes no sense");
    }
    return new SnapshotHeader(
        new EntryId(term, index), new String(cluster, StandardCharsets.UTF_8), configuration);
  }

  /// Bytes behind their length; null where there are not so many.
  private static byte @Nullable [] part(ByteBuffer buffer) {
    int length = buffer.remaining() < 4 ? -1 : buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      return null;
    }
    byte[] part = new byte[length];
    buffer.get(part);
    return part;
  }
}
