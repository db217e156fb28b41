package io.raftctl.statemachine;

/// The machine has lost all that it was told since it was last restored, or since its beginning:
/// the same commands have to be applied once more. Not a fault of this process; thrown by machines
/// that live outside of it.
public final class MachineLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MachineLostException(String message) {
    super(message, null, false, false); // It is answered by a replay: nobody needs a stack trace.
  }
}
