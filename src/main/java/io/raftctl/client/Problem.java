package io.raftctl.client;

/// Why there is no answer, for the person who asked.
///
/// @param message what happened, in one line
/// @param hint what to do next, in one line; may be empty
public record Problem(Code code, String message, String hint) {
  /// What the caller may conclude. A command that ends so was certainly not applied.
  public enum Code {
    /// The request is wrong; no retry will help.
    INVALID("invalid"),
    /// There is no such node.
    NOT_FOUND("not-found"),
    /// The command is larger than a node takes.
    TOO_LARGE("too-large"),
    /// The node was started without leave to do this.
    DENIED("denied"),
    /// Nobody could do it in time; a retry is safe.
    UNAVAILABLE("unavailable"),
    /// Somebody cancelled it before it was applied, and it never will be.
    CANCELLED("cancelled"),
    /// It may have been done, now or later. Never of a command: those are [Outcome.Indeterminate].
    INDETERMINATE("indeterminate"),
    /// A node tried and failed, or answered in no way that this client knows.
    FAILED("failed");

    private final String text;

    Code(String text) {
      this.text = text;
    }

    /// The code as it stands in JSON.
    public String text() {
      return text;
    }
  }

  static Problem unavailable(String message, String hint) {
    return new Problem(Code.UNAVAILABLE, message, hint);
  }
}
