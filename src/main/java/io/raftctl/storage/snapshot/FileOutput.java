package io.raftctl.storage.snapshot;

import io.raftctl.storage.Disk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Writes a file from its front. It is synced piece by piece, because a sync of the log that
/// another thread does meanwhile waits behind the piece.
final class FileOutput extends OutputStream {
  static final int PIECE_BYTES = 1 << 20;

  private static final int BUFFER_BYTES = 64 << 10;

  private final Disk.File file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long position;

  /// All before this is synced.
  private long synced;

  FileOutput(Disk.File file) {
    this.file = file;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (!buffer.hasRemaining()) {
        drain();
      }
      int part = Math.min(length - done, buffer.remaining());
      buffer.put(bytes, from + done, part);
      done += part;
    }
  }

  private void drain() throws IOException {
    buffer.flip();
    position += buffer.remaining();
    file.write(buffer, position - buffer.remaining());
    buffer.clear();
    if (position - synced >= PIECE_BYTES) {
      sync();
    }
  }

  private void sync() throws IOException {
    file.sync();
    synced = position;
  }

  /// Returns once all that was written survives a crash.
  @Override
  public void flush() throws IOException {
    drain();
    sync();
  }
}
