package io.raftctl.statemachine;

/// What the state machine says to a command.
///
/// @param ok false for a negative answer: not found, compare failed, not understood
/// @param text for the person or script that sent the command; may be empty, may hold any character
public record Reply(boolean ok, String text) {
  public static Reply ok(String text) {
    return new Reply(true, text);
  }

  public static Reply no(String text) {
    return new Reply(false, text);
  }
}
