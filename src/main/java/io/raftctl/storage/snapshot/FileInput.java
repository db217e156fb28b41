package io.raftctl.storage.snapshot;

import io.raftctl.storage.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Reads a file from its front.
final class FileInput extends InputStream {
  private final Disk.File file;
  private long position;

  FileInput(Disk.File file) {
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count = file.read(ByteBuffer.wrap(target, from, length), position);
    position += count;
    return count == 0 ? -1 : count;
  }
}
