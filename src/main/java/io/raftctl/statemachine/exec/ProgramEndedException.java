package io.raftctl.statemachine.exec;

/// The program cannot go on: it ended, or it said what makes no sense. The message says which.
final class ProgramEndedException extends Exception {
  private static final long serialVersionUID = 1;

  ProgramEndedException(String message) {
    super(message, null, false, false);
  }
}
