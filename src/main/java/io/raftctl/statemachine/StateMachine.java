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

  /// Whether its methods may take their time, or throw [MachineLostException]: a thread of its own
  /// has to call them then, and not the one that keeps a node alive.
  default boolean outside() {
    return false;
  }

  /// Whether it has a [#state] to give; without one the log is all that there is.
  default boolean savable() {
    return true;
  }

  /// The commands that follow stand in entries of this term.
  default void termBegins(long term) {}

  /// Called now and then by whoever applies, while there is nothing else to do.
  ///
  /// @throws MachineLostException where it has lost what it held
  default void idle() {}

  /// Gives back what it holds outside of this process, and lets go whoever is inside of a method.
  /// Any thread may call it.
  default void close() {}

  /// A state that never changes. Any thread may write it, as often as it likes.
  interface State {
    /// Writes it for [#read]. Equal states write equal bytes: nodes compare snapshots by them.
    void write(OutputStream target) throws IOException;
  }
}
