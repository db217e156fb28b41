package io.raftctl.cli.submit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// The lines of a stream as the bytes that they are: commands need not be UTF-8.
///
/// A line ends with a line feed or with the stream; a carriage return before it belongs to the end.
/// Of a line that no node would take, only so much is kept that it is still too long.
final class InputLines {
  private static final int LINE_BYTES_MAX = 2 << 20;

  private final InputStream in;
  private long number;

  InputLines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /// The next line without its end, or null at the end of the stream.
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int last = -1;
    int read = in.read();
    if (read < 0) {
      return null;
    }
    for (; read >= 0 && read != '\n'; read = in.read()) {
      if (last >= 0 && line.size() < LINE_BYTES_MAX) {
        line.write(last);
      }
      last = read;
    }
    if (last >= 0 && last != '\r') {
      line.write(last);
    }
    number++;
    return line.toByteArray();
  }

  /// How many lines have been read.
  long number() {
    return number;
  }
}
