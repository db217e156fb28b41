package io.raftctl.linearizability.format;

/// A history that cannot be read: what is wrong, and in which line.
public final class HistoryException extends Exception {
  private static final long serialVersionUID = 1;

  HistoryException(String what) {
    super(what);
  }

  HistoryException(int line, String what) {
    super("line " + line + ": " + what);
  }
}
