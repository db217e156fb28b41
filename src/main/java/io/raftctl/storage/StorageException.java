package io.raftctl.storage;

/// The disk failed, or what lies on it cannot be trusted. The message is one line that names the
/// file, what is wrong, and what to do next.
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
