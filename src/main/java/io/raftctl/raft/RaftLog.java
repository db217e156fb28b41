package io.raftctl.raft;

import io.raftctl.raft.log.EntrySource;
import io.raftctl.raft.log.TermRuns;
import java.util.ArrayList;
import java.util.List;

/// The node's log as the core sees it: the term of every entry, and the newest entries themselves.
///
/// Older entries are read from the [EntrySource]. The cache is a suffix of the log and always
/// changes together with it, so that the two cannot disagree.
final class RaftLog {
  private final EntrySource source;
  private final TermRuns terms;
  private final long cacheBytesMax;

  /// Entries `cacheFirst` to `lastIndex`, at `cache[cacheHead…]`.
  private final ArrayList<Entry> cache = new ArrayList<>();

  private int cacheHead;
  private long cacheFirst;
  private long cacheBytes;

  RaftLog(EntrySource source, long cacheBytesMax) {
    this.source = source;
    this.terms = source.terms().copy();
    this.cacheBytesMax = cacheBytesMax;
    this.cacheFirst = terms.lastIndex() + 1;
  }

  /// The first entry that is there; those before are in a snapshot.
  long firstIndex() {
    return terms.firstIndex();
  }

  long lastIndex() {
    return terms.lastIndex();
  }

  EntryId last() {
    return terms.last();
  }

  long termAt(long index) {
    return terms.termAt(index);
  }

  EntryId idAt(long index) {
    return new EntryId(terms.termAt(index), index);
  }

  boolean contains(EntryId id) {
    return terms.contains(id);
  }

  /// The last entry at which a log that holds `other` could agree with this one (§5.3: one round
  /// trip a term instead of one an entry).
  EntryId lastPossibleMatch(EntryId other) {
    return terms.lastAtMost(other.term(), other.index());
  }

  void append(Entry entry) {
    terms.append(entry.id());
    cache.add(entry);
    cacheBytes += entry.size();
  }

  /// Puts `entries` at their places and forgets all that this log held from the first of them on.
  void replaceFrom(long first, List<Entry> entries) {
    terms.truncateFrom(first);
    while (cache.size() > cacheHead && cache.getLast().index() >= first) {
      cacheBytes -= cache.removeLast().size();
    }
    cacheFirst = Math.min(cacheFirst, first);
    entries.forEach(this::append);
  }

  /// Forgets all entries: the next one follows `last`.
  void startAfter(EntryId last) {
    terms.startAfter(last);
    cache.clear();
    cacheHead = 0;
    cacheBytes = 0;
    cacheFirst = last.index() + 1;
  }

  /// Forgets the entries up to `index`.
  void compactTo(long index) {
    terms.compactTo(index);
  }

  /// The entries less those at the front that this log holds already.
  List<Entry> withoutMatchingPrefix(List<Entry> entries) {
    int fresh = 0;
    while (fresh < entries.size() && contains(entries.get(fresh).id())) {
      fresh++;
    }
    return entries.subList(fresh, entries.size());
  }

  /// Entries `from` to `to`, both included, as many as fit into `bytesMax`, but at least one.
  List<Entry> read(long from, long to, long bytesMax) {
    if (from < cacheFirst) {
      return source.read(from, Math.min(to, cacheFirst - 1), bytesMax);
    }
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index <= to; index++) {
      Entry entry = cache.get(cacheHead + (int) (index - cacheFirst));
      bytes += entry.size();
      if (bytes > bytesMax && !entries.isEmpty()) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  /// Lets go of the oldest cached entries past the limit. Only between turns, when the source holds
  /// all of them.
  void evict() {
    while (cacheBytes > cacheBytesMax && cache.size() > cacheHead) {
      cacheBytes -= cache.get(cacheHead).size();
      cacheHead++;
      cacheFirst++;
    }
    if (cacheHead > cache.size() / 2) {
      cache.subList(0, cacheHead).clear();
      cacheHead = 0;
    }
  }
}
