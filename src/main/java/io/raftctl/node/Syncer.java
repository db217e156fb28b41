package io.raftctl.node;

/// Brings writes to the platter beside the loop: the seam that makes a sync take time.
///
/// After [#request], some time later, the inbox gets an [io.raftctl.raft.Input.Synced] for that
/// turn or a later one. Several requests may be answered by one sync.
@FunctionalInterface
public interface Syncer {
  /// All that the store was told to write up to now belongs to turns up to `turn`.
  void request(long turn);
}
