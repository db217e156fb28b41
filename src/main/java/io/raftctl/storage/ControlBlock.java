package io.raftctl.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The sector that describes a file: the shape that a segment's header, the node's identity and a
/// copy of the hard state share.
///
/// ```
///  0  int   CRC32C over the other 508 bytes
///  4  int   format version
///  8  long  magic: which kind of file this is
/// 16  ...   fields of that kind, then zeros
/// ```
///
/// These four statements hold in every version, so a version that is not known is told apart from
/// damage: an intact sector with an unknown version was written by a newer raftctl.
public final class ControlBlock {
  /// What a device writes whole or not at all.
  public static final int BYTES = 512;

  /// Of all files but the segments of the log.
  private static final int VERSION = 1;

  private static final int VERSION_AT = 4;
  private static final int MAGIC_AT = 8;
  private static final int FIELDS_AT = 16;

  private ControlBlock() {}

  /// A new block, ready to take its fields.
  public static ByteBuffer begin(long magic) {
    return begin(magic, VERSION);
  }

  public static ByteBuffer begin(long magic, int version) {
    return ByteBuffer.allocate(BYTES)
        .putInt(VERSION_AT, version)
        .putLong(MAGIC_AT, magic)
        .position(FIELDS_AT);
  }

  /// Completes a block after its last field; it is then ready to be written.
  public static ByteBuffer seal(ByteBuffer block) {
    return block.putInt(0, checksum(block)).clear();
  }

  /// Reads a block.
  ///
  /// @return the block, at its first field; null where it is not intact
  /// @throws StorageException where it is intact and of a version that is not known
  public static @Nullable ByteBuffer read(
      Disk disk, String name, Disk.File file, long position, long magic) throws IOException {
    return read(disk, name, file, position, magic, VERSION);
  }

  /// Reads a block of a kind of file that has had several versions.
  ///
  /// @param versionMax the newest one that is known
  public static @Nullable ByteBuffer read(
      Disk disk, String name, Disk.File file, long position, long magic, int versionMax)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BYTES);
    int length = file.read(block, position);
    if (length < BYTES || block.getInt(0) != checksum(block) || block.getLong(MAGIC_AT) != magic) {
      return null;
    }
    int version = block.getInt(VERSION_AT);
    if (version < 1 || version > versionMax) {
      throw StorageException.unknownVersion(disk, name, version, versionMax);
    }
    return block.clear().position(FIELDS_AT);
  }

  public static int version(ByteBuffer block) {
    return block.getInt(VERSION_AT);
  }

  /// Whether a file that begins like this is of that kind, intact or not.
  static boolean hasMagic(ByteBuffer start, long magic) {
    return start.limit() >= FIELDS_AT && start.getLong(MAGIC_AT) == magic;
  }

  private static int checksum(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.clear().position(VERSION_AT));
    return (int) crc.getValue();
  }
}
