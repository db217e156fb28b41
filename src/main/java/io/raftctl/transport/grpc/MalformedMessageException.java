package io.raftctl.transport.grpc;

/// A peer sent what no node of this version sends. The message is one line that says what.
final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedMessageException(String message) {
    super(message);
  }
}
