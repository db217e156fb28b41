package io.raftctl.storage.snapshot;

import java.io.IOException;

/// The bytes of a snapshot are not what was written, or not all of them are there. Another copy of
/// it may be whole.
public final class SnapshotDamagedException extends IOException {
  private static final long serialVersionUID = 1;

  SnapshotDamagedException(String name, long position, String what) {
    super("%s, byte %d: %s".formatted(name, position, what));
  }

  SnapshotDamagedException(String name, long position, IOException cause) {
    super("%s, byte %d: cannot be read (%s)".formatted(name, position, cause.getMessage()), cause);
  }
}
