package io.raftctl.storage;

import java.io.IOException;

/// The disk failed, or what lies on it cannot be trusted. The message is one line that names the
/// file, what is wrong, and what to do next.
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String ADVICE =
      "; restore the file from a copy, or remove this node from the cluster and start it under a"
          + " new id with an empty data directory";

  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }

  /// What lies on the disk cannot be trusted.
  ///
  /// @param where the file, and the place in it where that is known
  public static StorageException damaged(Disk disk, String where, String what) {
    return new StorageException(disk + "/" + where + ": " + what + ADVICE);
  }

  /// The message without what a node's operator is to do: for a list of all that is wrong.
  public String finding() {
    return String.valueOf(getMessage()).replace(ADVICE, "");
  }

  /// A file was written by a raftctl that knows more than this one.
  static StorageException unknownVersion(Disk disk, String file, int version, int known) {
    return new StorageException(
        "%s/%s has the format version %d, and this raftctl knows version %d; start the raftctl that"
                .formatted(disk, file, version, known)
            + " wrote it");
  }

  /// The operating system refused.
  public static StorageException failed(IOException cause) {
    String reason = String.valueOf(cause.getMessage()).replace('\n', ' ');
    String advice =
        cause instanceof NoRoomException
            ? "; make room on this file system, then start the node again"
            : reason.contains("permission denied")
                ? "; correct its owner or mode, or choose another --data-dir"
                : "; check the disk, then start the node again";
    return new StorageException(reason + advice, cause);
  }
}
