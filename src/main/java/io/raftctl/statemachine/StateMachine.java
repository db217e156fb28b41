package io.raftctl.statemachine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// What the cluster agrees to run: the seam to the application.
///
/// Deterministic: the same commands in the same order give the same replies and the same state on
/// every node, whatever its clock, locale or hash seed. One thread calls it, but for [#read].
public interface StateMachine {
  /// Runs one committed command. A command that makes no sense is answered, never thrown at.
  ///
  /// @param index the command's place in the log
  Reply apply(long index, byte[] command);

  /// Answers a command that only reads, without changing anything.
  Reply query(byte[] command);

  /// The state as it is now. Taken in constant time, between two commands; what comes later does
  /// not show in it, so that a snapshot of it is written while commands go on.
  State state();

  /// Reads what a [State] wrote, on any thread, and leaves the machine as it is.
  ///
  /// @throws IOException where the bytes are not of a version that this machine knows, or are cut
  ///   short
  State read(InputStream written) throws IOException;

  /// Goes on from a state that [#read] or [#state] gave, in place of all that it held.
  void restore(State state);

  /// A state that never changes. Any thread may write it, as often as it likes.
  interface State {
    /// Writes it for [#read]. Equal states write equal bytes: nodes compare snapshots by them.
    void write(OutputStream target) throws IOException;
  }
}
