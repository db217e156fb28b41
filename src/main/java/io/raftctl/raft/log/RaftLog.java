package io.raftctl.raft.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The node's log as the core sees it: the term of every entry, and the newest entries themselves.
///
/// Older entries are read from the [EntrySource]. The cache is a suffix of the log and always
/// changes together with it, so that the two cannot disagree.
///
/// Of a damaged entry only the name is left. The log still holds it, wherever logs are compared; it
/// cannot be read until it is mended.
public final class RaftLog {
  private final EntrySource source;
  private final TermRuns terms;
  private final long cacheBytesMax;

  /// Entries `cacheFirst` to `lastIndex`, at `cache[cacheHead…]`.
  private final ArrayList<Entry> cache = new ArrayList<>();

  private int cacheHead;
  private long cacheFirst;
  private long cacheBytes;

  /// What the source is known to have lost, by index.
  private final TreeMap<Long, DamagedEntry> damaged = new TreeMap<>();

  /// Whether no snapshot holds what lies before the first entry. The entry right before it, of
  /// which the name is left, then counts as lost: it stands for all up to there.
  private boolean lacksFront;

  /// Damaged entries that this turn puts back into their places: whole from the next turn on, when
  /// the source holds them again.
  private final TreeMap<Long, Entry> mended = new TreeMap<>();

  public RaftLog(EntrySource source, long cacheBytesMax) {
    this.source = source;
    this.terms = source.terms().copy();
    this.cacheBytesMax = cacheBytesMax;
    this.cacheFirst = terms.lastIndex() + 1;
    source.damaged().forEach(this::lost);
  }

  /// The first entry that is there; those before are in a snapshot.
  public long firstIndex() {
    return terms.firstIndex();
  }

  public long lastIndex() {
    return terms.lastIndex();
  }

  public EntryId last() {
    return terms.last();
  }

  public long termAt(long index) {
    return terms.termAt(index);
  }

  public EntryId idAt(long index) {
    return new EntryId(terms.termAt(index), index);
  }

  public boolean contains(EntryId id) {
    return terms.contains(id);
  }

  /// The last entry at which a log that holds `other` could agree with this one (§5.3: one round
  /// trip a term instead of one an entry).
  public EntryId lastPossibleMatch(EntryId other) {
    return terms.lastAtMost(other.term(), other.index());
  }

  /// Whether the disk holds the same entries, as far as ids tell.
  public boolean matches(TermRuns disk) {
    return terms.matches(disk);
  }

  /// How much of the log is in memory, in bytes of entries.
  public long cacheBytes() {
    return cacheBytes;
  }

  public void append(Entry entry) {
    terms.append(entry.id());
    cache.add(entry);
    cacheBytes += entry.size();
  }

  /// Puts `entries` at their places and forgets all that this log held from the first of them on.
  public void replaceFrom(long first, List<Entry> entries) {
    terms.truncateFrom(first);
    while (cache.size() > cacheHead && cache.getLast().index() >= first) {
      cacheBytes -= cache.removeLast().size();
    }
    cacheFirst = Math.min(cacheFirst, first);
    damaged.tailMap(first, true).clear();
    mended.tailMap(first, true).clear();
    entries.forEach(this::append);
  }

  /// Forgets all entries: the next one follows `last`.
  public void startAfter(EntryId last) {
    terms.startAfter(last);
    cache.clear();
    cacheHead = 0;
    cacheBytes = 0;
    cacheFirst = last.index() + 1;
    lacksFront = false;
    damaged.clear();
    mended.clear();
  }

  /// Forgets the entries up to `index`, which a snapshot holds.
  public void compactTo(long index) {
    lacksFront &= index < terms.base().index();
    terms.compactTo(index);
    damaged.headMap(index, true).clear();
    mended.headMap(index, true).clear();
  }

  /// The entries less those at the front that this log holds already.
  public List<Entry> withoutMatchingPrefix(List<Entry> entries) {
    int fresh = 0;
    while (fresh < entries.size() && contains(entries.get(fresh).id())) {
      fresh++;
    }
    return entries.subList(fresh, entries.size());
  }

  /// Entries `from` to `to`, both included, as many as fit into `bytesMax`, but at least one; and
  /// none from the first damaged one on, which may be the first of all.
  public List<Entry> read(long from, long to, long bytesMax) {
    Long stop = damaged.ceilingKey(from);
    long last = stop == null ? to : Math.min(to, stop - 1);
    if (last < from) {
      return List.of();
    }
    return from < cacheFirst
        ? readSource(from, Math.min(last, cacheFirst - 1), bytesMax)
        : readCache(from, last, bytesMax);
  }

  private List<Entry> readSource(long from, long to, long bytesMax) {
    try {
      return source.read(from, to, bytesMax);
    } catch (DamagedEntryException found) {
      lost(found.entry());
      return List.of();
    }
  }

  private List<Entry> readCache(long from, long to, long bytesMax) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index <= to; index++) {
      Entry entry = cached(index);
      bytes += entry.size();
      if (bytes > bytesMax && !entries.isEmpty()) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  private Entry cached(long index) {
    return cache.get(cacheHead + (int) (index - cacheFirst));
  }

  /// The entry with this id, or null where it is not held whole.
  public @Nullable Entry whole(EntryId id) {
    if (id.index() < firstIndex() || !contains(id)) {
      return null;
    }
    List<Entry> entries = read(id.index(), id.index(), 0);
    return entries.isEmpty() ? null : entries.getFirst();
  }

  /// The source was found to have lost an entry. What is replaced or in a snapshot by now is not
  /// missed.
  ///
  /// @return the entry, where it is in the cache still; otherwise null
  public @Nullable Entry lost(DamagedEntry entry) {
    if (entry.index() < firstIndex() || !contains(entry.id())) {
      return null;
    }
    damaged.put(entry.index(), entry);
    return entry.index() < cacheFirst ? null : cached(entry.index());
  }

  /// No snapshot holds what lies before the first entry.
  public void loseFront() {
    lacksFront = true;
  }

  /// Whether all before the first entry is lost, and no snapshot has taken its place yet.
  public boolean lacksFront() {
    return lacksFront;
  }

  /// Whether anything is lost that is not whole again by now.
  public boolean isDamaged() {
    return lacksFront || !damaged.isEmpty();
  }

  /// The entry before the first one that is lost; the last one where none is.
  public long wholeTo() {
    if (lacksFront) {
      return terms.base().index() - 1;
    }
    return damaged.isEmpty() ? lastIndex() : damaged.firstKey() - 1;
  }

  /// The first lost entries that are still to be found, at most so many. Where the log lacks its
  /// front, the one that stands for that comes first.
  public List<EntryId> wanted(int countMax) {
    Stream<EntryId> front = lacksFront ? Stream.of(terms.base()) : Stream.empty();
    Stream<EntryId> holes =
        damaged.values().stream()
            .map(DamagedEntry::id)
            .filter(id -> !mended.containsKey(id.index()));
    return Stream.concat(front, holes).limit(countMax).toList();
  }

  /// How many entries are still to be found.
  public int wantedCount() {
    return damaged.size() - mended.size() + (lacksFront ? 1 : 0);
  }

  /// Takes those of `entries` that are what was lost.
  ///
  /// @return these, to be put back into their places in this turn
  public List<Entry> mend(List<Entry> entries) {
    List<Entry> fitting = new ArrayList<>();
    for (Entry entry : entries) {
      DamagedEntry lost = damaged.get(entry.index());
      if (lost != null && lost.matches(entry) && mended.put(entry.index(), entry) == null) {
        fitting.add(entry);
      }
    }
    return fitting;
  }

  /// A turn begins: the source holds all that the turn before told it to. Entries that this mended
  /// are whole, and the oldest cached ones past the limit are let go of.
  ///
  /// @return whether anything was mended
  public boolean beginTurn() {
    boolean any = !mended.isEmpty();
    damaged.keySet().removeAll(mended.keySet());
    mended.clear();
    evict();
    return any;
  }

  private void evict() {
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
