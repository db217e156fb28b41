package io.raftctl.raft.members;

import io.raftctl.raft.NodeId;
import java.util.Map;
import java.util.TreeMap;

/// Which configuration counts at which place of the log: the one of the last configuration entry at
/// or before it.
///
/// Changes together with the log, so that a configuration that is taken out of the log again stops
/// to count at once.
public final class Configurations {
  private final TreeMap<Long, Configuration> byIndex = new TreeMap<>();

  /// @param base what counts before the first configuration entry
  public Configurations(Configuration base) {
    byIndex.put(0L, base);
  }

  /// The one that counts: that of the last entry, committed or not.
  public Configuration latest() {
    return byIndex.lastEntry().getValue();
  }

  /// Where in the log the latest one stands; 0 for the one from before the log.
  public long latestIndex() {
    return byIndex.lastKey();
  }

  /// Whether the node votes by any of those that count from `index` on: whoever is committed up to
  /// there, and whoever may still be.
  public boolean votesSince(long index, NodeId node) {
    return at(index).votes(node)
        || byIndex.tailMap(index, false).values().stream().anyMatch(it -> it.votes(node));
  }

  /// The one that counted when `index` was the last entry, which must not be before the base.
  public Configuration at(long index) {
    Map.Entry<Long, Configuration> entry = byIndex.floorEntry(index);
    if (entry == null) {
      throw new IllegalArgumentException("no configuration is known at " + index);
    }
    return entry.getValue();
  }

  /// A configuration entry was put into the log, behind all others.
  public void append(long index, Configuration configuration) {
    if (index <= latestIndex()) {
      throw new IllegalArgumentException(
          "a configuration at " + index + " cannot follow one at " + latestIndex());
    }
    byIndex.put(index, configuration);
  }

  /// A configuration entry that was damaged is whole again; what it says may be known already.
  public void mended(long index, Configuration configuration) {
    byIndex.put(index, configuration);
  }

  /// The log forgot its entries from `index` on.
  public void truncateFrom(long index) {
    byIndex.tailMap(Math.max(index, byIndex.firstKey() + 1), true).clear();
  }

  /// The log begins behind `index` now: what counted there is the new base.
  public void compactTo(long index) {
    Configuration base = at(index);
    byIndex.headMap(index, true).clear();
    byIndex.put(index, base);
  }

  /// A snapshot took the place of the log up to `index`, of which not everything is known.
  public void rebase(long index, Configuration base) {
    byIndex.headMap(index, true).clear();
    byIndex.put(index, base);
  }

  /// A snapshot took the place of the whole log.
  public void restart(long index, Configuration base) {
    byIndex.clear();
    byIndex.put(index, base);
  }
}
