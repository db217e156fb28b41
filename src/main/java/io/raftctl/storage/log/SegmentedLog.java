package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.room.Room;
import io.raftctl.storage.Demand;
import io.raftctl.storage.Disk;
import io.raftctl.storage.HardStateFile;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// The log on a disk, in segments. [RecordFormat] describes what lies there.
///
/// Nothing is ever overwritten but what is lost: entries that replace others are written behind
/// them, and the later record of an index is the one that counts.
public final class SegmentedLog implements LogStore {
  private final SegmentChain chain;
  private final HardStateFile hardStateFile;

  /// Owned by the thread that writes.
  private final SegmentWriter writer;

  /// Where the entries of the batch under way lie. Owned by the thread that writes.
  private long[] batch = new long[64];

  /// How many records lie before each of them in its segment.
  private int[] batchOrdinals = new int[64];

  private final EntryReader reader;
  private final EntryRepair repair;
  private final List<DamagedEntry> damagedAtStart;

  /// Held by the thread that syncs.
  private final Object syncLock = new Object();

  /// Announces on the thread that writes; writes on the one that syncs.
  private final IdentityWriter identities;

  /// Held by readers, and by whoever closes a segment that is not needed any more.
  private final ReadWriteLock segmentsInUse = new ReentrantReadWriteLock();

  /// Guards the fields down to `failure`; never held during input or output.
  private final Object lock = new Object();

  private final LogIndex index;
  private HardState hardState;

  /// The end of all that was written. The segment it lies in and those behind `durable` may have
  /// unsynced writes.
  private long written;

  /// Entries up to here are not needed any more.
  private long unneeded;

  private @Nullable StorageException failure;

  /// All before this is synced.
  private volatile long durable;

  private SegmentedLog(SegmentChain chain, HardStateFile hardStateFile, Recovery recovery) {
    this.chain = chain;
    this.hardStateFile = hardStateFile;
    this.hardState = hardStateFile.state();
    this.index = recovery.index();
    this.identities = recovery.identities();
    this.damagedAtStart = recovery.damaged();
    this.reader = new EntryReader(chain, this::runOf);
    this.repair = new EntryRepair(chain, reader);
    this.writer =
        new SegmentWriter(
            recovery.segment(),
            recovery.end(),
            recovery.records(),
            recovery.lastChecksum(),
            identities);
    this.written = Position.of(recovery.segment(), recovery.end());
    this.durable = written;
  }

  /// Makes the files of an empty log.
  public static void create(Disk disk, int owner, LogOptions options) throws IOException {
    HardStateFile.create(disk, owner);
    SegmentChain.create(disk, owner, options);
  }

  /// Recovers the log and the hard state. Changes nothing before it has judged all of them.
  public static SegmentedLog open(Disk disk, int owner, LogOptions options) throws IOException {
    HardStateFile hardStateFile = HardStateFile.open(disk, owner);
    SegmentChain chain = null;
    SegmentedLog log = null;
    try {
      chain = SegmentChain.open(disk, owner, options);
      log = recover(chain, hardStateFile);
      return log;
    } finally {
      if (log == null) {
        closeFiles(chain, hardStateFile);
      }
    }
  }

  private static SegmentedLog recover(SegmentChain chain, HardStateFile hardStateFile)
      throws IOException {
    Recovery recovery = Recovery.scan(chain);
    chain.removeLeftovers();
    recovery.repair();
    hardStateFile.settle(recovery.index().terms().last().term());
    SegmentedLog log = new SegmentedLog(chain, hardStateFile, recovery);
    chain.prepareAfter(recovery.segment());
    if (!recovery.endsWithMark()) {
      log.mark();
    }
    return log;
  }

  @Override
  public HardState hardState() {
    synchronized (lock) {
      return hardState;
    }
  }

  @Override
  public TermRuns terms() {
    synchronized (lock) {
      return index.terms().copy();
    }
  }

  @Override
  public EntryId last() {
    synchronized (lock) {
      return index.terms().last();
    }
  }

  @Override
  public EntryId base() {
    synchronized (lock) {
      return index.terms().base();
    }
  }

  @Override
  public List<DamagedEntry> damaged() {
    return damagedAtStart;
  }

  /// @throws IllegalArgumentException where the entries do not follow each other and the log
  @Override
  public void write(@Nullable HardState newHardState, List<Entry> entries) {
    requireHealthy();
    synchronized (lock) {
      index.requireFits(entries);
    }
    try {
      append(entries);
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    }
    publish(newHardState, entries);
  }

  @Override
  public void repair(List<Entry> entries) {
    requireHealthy();
    segmentsInUse.readLock().lock();
    try {
      for (Entry entry : entries) {
        if (holds(entry.id())) {
          repair.write(entry);
        }
      }
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    } catch (StorageException e) {
      throw fail(e);
    } finally {
      segmentsInUse.readLock().unlock();
    }
  }

  private boolean holds(EntryId id) {
    synchronized (lock) {
      TermRuns terms = index.terms();
      return id.index() >= terms.firstIndex() && terms.contains(id);
    }
  }

  @Override
  public Room reserve(Demand demand) {
    requireHealthy();
    try {
      return chain.reserve(writer.segment(), writer.room(), demand);
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    }
  }

  @Override
  public boolean startsAnew() {
    requireHealthy();
    try {
      return !chain.refuses(writer.segment()) || writer.fits(0);
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    }
  }

  @Override
  public void makeRoom() {
    removeUnneeded();
    chain.retry(writer.segment());
  }

  @Override
  public boolean giveUpSpares() {
    return chain.removeSpares();
  }

  /// In the next segment, or right here where the disk is full and there is none.
  @Override
  public void startAfter(EntryId last) {
    requireHealthy();
    long position;
    try {
      boolean here = chain.refuses(writer.segment()) && writer.fits(0);
      position = here ? writer.putStart(last, durable) : roll(last, 0);
      writer.flush();
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    }
    synchronized (lock) {
      index.startAfter(last, position);
      written = Position.of(writer.segment(), writer.at());
      unneeded = Math.max(unneeded, last.index());
    }
  }

  @Override
  public void compact(long last) {
    synchronized (lock) {
      unneeded = Math.max(unneeded, last);
    }
    removeUnneeded();
  }

  @Override
  public void sync() {
    synchronized (syncLock) {
      requireHealthy();
      try {
        syncAll();
      } catch (IOException e) {
        throw fail(StorageException.failed(e));
      }
    }
    removeUnneeded();
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    requireHealthy();
    requireHeld(from, to);
    segmentsInUse.readLock().lock();
    try {
      return reader.read(from, to, bytesMax);
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    } catch (StorageException e) {
      throw fail(e);
    } finally {
      segmentsInUse.readLock().unlock();
    }
  }

  /// Syncs, and leaves a proof of it behind the last entry. No other call may be under way.
  @Override
  public void close() {
    try (Closeable _ = () -> closeFiles(chain, hardStateFile)) {
      if (isHealthy()) {
        sync();
        mark();
      }
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    }
  }

  private void append(List<Entry> entries) throws IOException {
    if (batch.length < entries.size()) {
      batch = new long[Math.max(entries.size(), 2 * batch.length)];
      batchOrdinals = new int[batch.length];
    }
    long mark = durable;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      byte[] data = entry.data();
      if (!writer.fits(data.length)) {
        roll(i == 0 ? last() : entries.get(i - 1).id(), data.length);
      }
      batch[i] = writer.putEntry(entry.id(), entry.kind().code(), data, mark);
      batchOrdinals[i] = writer.records() - 1;
    }
    writer.flush();
  }

  /// Goes on in the next segment. A roll is a promise that there is one, so it comes second.
  ///
  /// @param last the last entry before it
  /// @return where the next segment begins with a start
  private long roll(EntryId last, int length) throws IOException {
    Segment next = chain.after(writer.segment(), length);
    writer.putRoll(durable);
    writer.flush();
    writer.moveTo(next);
    return writer.putStart(last, durable);
  }

  /// Gives up the segments that hold nothing but unneeded entries, as far as it is certain that
  /// they will not be needed after a crash either.
  private void removeUnneeded() {
    LogIndex.Cut cut;
    synchronized (lock) {
      cut = failure == null ? index.cutUpTo(unneeded, durable) : null;
      if (cut != null) {
        index.compact(cut);
      }
    }
    if (cut != null) {
      chain.removeBefore(cut.segment(), this::whenNobodyReads);
    }
  }

  private void whenNobodyReads(Runnable action) {
    segmentsInUse.writeLock().lock();
    try {
      action.run();
    } finally {
      segmentsInUse.writeLock().unlock();
    }
  }

  private void publish(@Nullable HardState newHardState, List<Entry> entries) {
    synchronized (lock) {
      for (int i = 0; i < entries.size(); i++) {
        if (Position.segment(batch[i]) > index.segment()) {
          index.beginSegment(chain.get(Position.segment(batch[i])));
        }
        index.put(entries.get(i).id(), batch[i], batchOrdinals[i]);
      }
      written = Position.of(writer.segment(), writer.at());
      if (newHardState != null) {
        hardState = newHardState;
      }
    }
  }

  private void syncAll() throws IOException {
    long target;
    HardState state;
    synchronized (lock) {
      target = written;
      state = hardState;
    }
    if (!state.equals(hardStateFile.state())) {
      hardStateFile.store(state);
    }
    syncRepaired();
    if (target != durable) {
      syncSegments(Position.segment(target));
      identities.write(target);
      // The copies in segments that are full have no later sync to go with.
      syncSegments(Position.segment(target) - 1);
      durable = target;
    }
  }

  private void syncSegments(long last) throws IOException {
    for (long number = Position.segment(durable); number <= last; number++) {
      chain.get(number).file().sync();
    }
  }

  private void syncRepaired() throws IOException {
    segmentsInUse.readLock().lock();
    try {
      repair.sync();
    } finally {
      segmentsInUse.readLock().unlock();
    }
  }

  /// Proves behind the last record that all before is synced: by marks, and by the copies of all
  /// headers.
  private void mark() {
    if (last().index() == 0) {
      return;
    }
    try {
      putMarks();
      sync();
      // No later sync takes the last copies along.
      synchronized (syncLock) {
        writer.segment().file().sync();
      }
    } catch (IOException e) {
      throw fail(StorageException.failed(e));
    }
  }

  /// Two, where there is room for them, because a sector that rots may take the last entries and
  /// the first mark along.
  private void putMarks() throws IOException {
    int at = RecordFormat.start(writer.at());
    int filler = RecordReader.restOfSector(at) - RecordFormat.HEADER;
    if (writer.fitsBeforeStart(filler + RecordFormat.HEADER)) {
      long here = Position.of(writer.segment(), at);
      writer.putMark(here, filler);
      writer.putMark(here, 0);
      writer.flush();
      publish(null, List.of());
    }
  }

  private LogIndex.Run runOf(long entry) {
    synchronized (lock) {
      return index.runOf(entry);
    }
  }

  private void requireHeld(long from, long to) {
    synchronized (lock) {
      if (from < index.terms().firstIndex() || to < from || to > index.terms().lastIndex()) {
        throw new IndexOutOfBoundsException(
            "entries %d to %d of a log that goes from %d to %d"
                .formatted(from, to, index.terms().firstIndex(), index.terms().lastIndex()));
      }
    }
  }

  private boolean isHealthy() {
    synchronized (lock) {
      return failure == null;
    }
  }

  private void requireHealthy() {
    synchronized (lock) {
      if (failure != null) {
        throw failure;
      }
    }
  }

  /// Keeps the first failure, and answers it from now on.
  private StorageException fail(StorageException cause) {
    synchronized (lock) {
      if (failure == null) {
        failure = cause;
      }
      return failure;
    }
  }

  private static void closeFiles(@Nullable SegmentChain chain, HardStateFile hardStateFile)
      throws IOException {
    hardStateFile.close();
    if (chain != null) {
      chain.close();
    }
  }
}
