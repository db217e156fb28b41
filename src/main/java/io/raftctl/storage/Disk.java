package io.raftctl.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// One directory of a file system: the seam between the storage and the platter. The simulator puts
/// a disk behind it that tears, forgets and fails.
///
/// Names are flat. What a crash may take: every write since the file's last [File#sync()], in any
/// subset of its 512-byte sectors; every creation, rename and removal since the last
/// [#syncDirectory()].
public interface Disk {
  /// The names of all files, ascending.
  List<String> list() throws IOException;

  /// Opens a file that exists.
  File open(String name) throws IOException;

  /// Creates a file, empty, and opens it; it must not exist.
  ///
  /// @throws NoRoomException where the disk is full
  File create(String name) throws IOException;

  /// Gives a file a new name in one step, in place of the file that had it.
  ///
  /// @throws NoRoomException where the disk is full; nothing has changed then
  void rename(String from, String to) throws IOException;

  /// Removes a file; a name that does not exist is an error.
  void remove(String name) throws IOException;

  /// Returns once all creations, renames and removals so far survive a crash.
  void syncDirectory() throws IOException;

  /// An open file. Positions and sizes are in bytes.
  interface File extends AutoCloseable {
    long size() throws IOException;

    /// Reads from `position` until `target` is full or the file ends.
    ///
    /// @return how many bytes were read
    int read(ByteBuffer target, long position) throws IOException;

    /// Writes all of `source` at `position`; the file grows where it must.
    ///
    /// @throws NoRoomException where the disk is full; a part of it may be written then
    void write(ByteBuffer source, long position) throws IOException;

    /// Returns once all writes so far survive a crash. One that fails is final: nobody may call it
    /// again and believe it: a second call can succeed although the pages of the first are lost.
    void sync() throws IOException;

    @Override
    void close() throws IOException;
  }
}
