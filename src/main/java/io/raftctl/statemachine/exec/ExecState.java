package io.raftctl.statemachine.exec;

import io.raftctl.statemachine.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The state of a program, in the program's own words. Saved as a version (1 byte, 0x81, which no
/// state of the built-in store begins with) and UTF-8.
record ExecState(String text) implements StateMachine.State {
  private static final int VERSION = 0x81;

  @Override
  public void write(OutputStream target) throws IOException {
    target.write(VERSION);
    target.write(text.getBytes(StandardCharsets.UTF_8));
  }

  static ExecState read(InputStream written) throws IOException {
    int version = written.read();
    if (version != VERSION) {
      throw new IOException(
          "the state is not one that a program handed out (version " + version + ")");
    }
    return new ExecState(new String(written.readAllBytes(), StandardCharsets.UTF_8));
  }
}
