package io.raftctl.raft.log;

/// The first entry that was asked for is held by name only.
public final class DamagedEntryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient DamagedEntry entry;

  public DamagedEntryException(DamagedEntry entry) {
    super("the disk has lost the data of entry " + entry.id());
    this.entry = entry;
  }

  public DamagedEntry entry() {
    return entry;
  }
}
