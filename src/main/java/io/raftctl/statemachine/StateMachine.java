package io.raftctl.statemachine;

/// What the cluster agrees to run: the seam to the application.
///
/// Deterministic: the same commands in the same order give the same replies and the same state on
/// every node, whatever its clock, locale or hash seed. One thread calls it.
public interface StateMachine {
  /// Runs one committed command. A command that makes no sense is answered, never thrown at.
  ///
  /// @param index the command's place in the log
  Reply apply(long index, byte[] command);

  /// Answers a command that only reads, without changing anything.
  Reply query(byte[] command);
}
