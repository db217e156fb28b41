package io.raftctl.repl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/// What lines of a script write, kept besides until it is compared with what is expected.
public final class Transcript {
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  /// A stream that writes to that one, and here.
  public PrintStream over(PrintStream stream) {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int octet) {
            stream.write(octet);
            keep(new byte[] {(byte) octet}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            stream.write(bytes, offset, length);
            keep(bytes, offset, length);
          }

          @Override
          public void flush() {
            stream.flush();
          }
        },
        true,
        UTF_8);
  }

  private synchronized void keep(byte[] bytes, int offset, int length) {
    kept.write(bytes, offset, length);
  }

  /// All that was written since the last call.
  synchronized String take() {
    String text = kept.toString(UTF_8);
    kept.reset();
    return text;
  }
}
