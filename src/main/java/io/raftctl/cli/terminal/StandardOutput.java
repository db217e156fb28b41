package io.raftctl.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// The process's standard output, which remembers what went wrong with it: a reader that has seen
/// enough is no failure, a full disk is.
public final class StandardOutput extends OutputStream {
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private @Nullable String failure;

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    try {
      out.write(bytes, offset, count);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      failure = message.contains("Broken pipe") ? failure : message;
      throw e;
    }
  }

  /// Why data was lost that somebody may wait for, or null.
  public @Nullable String failure() {
    return failure;
  }
}
