package io.raftctl.raft.members;

import io.raftctl.raft.NodeId;
import java.util.ArrayList;
import java.util.List;

/// Which configuration counts at which place of the log: the one of the last configuration entry at
/// or before it.
///
/// Changes together with the log, so that a configuration that is taken out of the log again stops
/// to count at once.
public final class Configurations {
  /// Counts from an index on, up to the next one.
  private record From(long index, Configuration configuration) {}

  /// By their indexes, ascending; there is always one. The last ones are asked for most.
  private final List<From> all = new ArrayList<>();

  /// @param base what counts before the first configuration entry
  public Configurations(Configuration base) {
    all.add(new From(0, base));
  }

  /// The one that counts: that of the last entry, committed or not.
  public Configuration latest() {
    return all.getLast().configuration;
  }

  /// Where in the log the latest one stands; 0 for the one from before the log.
  public long latestIndex() {
    return all.getLast().index;
  }

  /// Whether the node votes by any of those that count from `index` on: whoever is committed up to
  /// there, and whoever may still be.
  public boolean votesSince(long index, NodeId node) {
    return at(index).votes(node)
        || all.stream().anyMatch(it -> it.index > index && it.configuration.votes(node));
  }

  /// The one that counted when `index` was the last entry, which must not be before the base.
  public Configuration at(long index) {
    int place = countTo(index);
    if (place == 0) {
      throw new IllegalArgumentException("no configuration is known at " + index);
    }
    return all.get(place - 1).configuration;
  }

  /// A configuration entry was put into the log, behind all others.
  public void append(long index, Configuration configuration) {
    if (index <= latestIndex()) {
      throw new IllegalArgumentException(
          "a configuration at " + index + " cannot follow one at " + latestIndex());
    }
    all.add(new From(index, configuration));
  }

  /// A configuration entry that was damaged is whole again; what it says may be known already.
  public void mended(long index, Configuration configuration) {
    int place = countTo(index);
    if (place > 0 && all.get(place - 1).index == index) {
      all.set(place - 1, new From(index, configuration));
    } else {
      all.add(place, new From(index, configuration));
    }
  }

  /// The log forgot its entries from `index` on.
  public void truncateFrom(long index) {
    all.subList(Math.max(1, countTo(index - 1)), all.size()).clear();
  }

  /// The log begins behind `index` now: what counted there is the new base.
  public void compactTo(long index) {
    rebase(index, at(index));
  }

  /// A snapshot took the place of the log up to `index`, of which not everything is known.
  public void rebase(long index, Configuration base) {
    all.subList(0, countTo(index)).clear();
    all.addFirst(new From(index, base));
  }

  /// A snapshot took the place of the whole log.
  public void restart(long index, Configuration base) {
    all.clear();
    all.add(new From(index, base));
  }

  /// How many there are up to an index.
  private int countTo(long index) {
    int count = all.size();
    while (count > 0 && all.get(count - 1).index > index) {
      count--;
    }
    return count;
  }
}
