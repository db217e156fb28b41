package io.raftctl.storage.log;

import io.raftctl.raft.room.Room;
import io.raftctl.storage.Demand;
import io.raftctl.storage.Disk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.NoRoomException;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All segments of a log in their order; keeps one ahead of the one that is written, so that the
/// writer need not wait for it, and so that a disk that is full is noticed a segment early.
///
/// One thread calls [#open], [#reserve] and [#after]; any thread may call [#get].
final class SegmentChain {
  /// Of the last segment, one part in so many is for what keeps the cluster going.
  private static final int RESERVE = 64;

  private final Disk disk;
  private final int owner;
  private final LogOptions options;
  private final Spares spares;

  /// In their order, without a gap. Guarded by itself.
  private final List<Segment> segments = new ArrayList<>();

  /// The one behind the last of `segments`, once the background is done with it.
  private @Nullable Preparation prepared;

  /// Why the last segment could not be made: the disk is full. Null from the next success on.
  private @Nullable NoRoomException refusal;

  /// Held by whoever gives up files, so that the directory is left alone once this is closed.
  private final Object front = new Object();

  /// Whether the front of the log stays where it is: the disk failed over it, or this is closed.
  /// Guarded by `front`.
  private boolean frontStays;

  private SegmentChain(Disk disk, int owner, LogOptions options) throws IOException {
    this.disk = disk;
    this.owner = owner;
    this.options = options;
    this.spares = Spares.find(disk, options.segmentBytes());
  }

  /// Makes the first segment of a new log.
  static void create(Disk disk, int owner, LogOptions options) throws IOException {
    Segment.create(disk, 1, options.segmentBytes(), owner).close();
    LogStart.create(disk, owner);
  }

  /// Opens all segments and checks that none is missing; changes nothing.
  static SegmentChain open(Disk disk, int owner, LogOptions options) throws IOException {
    SegmentChain chain = new SegmentChain(disk, owner, options);
    long first = LogStart.read(disk, owner);
    List<String> names =
        disk.list().stream()
            .filter(name -> SegmentName.is(name) && SegmentName.number(name) >= first)
            .toList();
    boolean complete = false;
    try {
      for (long number = first; number < first + Math.max(1, names.size()); number++) {
        if (!names.contains(SegmentName.of(number))) {
          throw StorageException.damaged(disk, SegmentName.of(number), "the segment is missing");
        }
        chain.segments.add(Segment.open(disk, number, owner));
      }
      complete = true;
      return chain;
    } finally {
      if (!complete) {
        chain.close();
      }
    }
  }

  Disk disk() {
    return disk;
  }

  Segment get(long number) {
    synchronized (segments) {
      return segments.get(place(number));
    }
  }

  Segment first() {
    synchronized (segments) {
      return segments.getFirst();
    }
  }

  Segment last() {
    synchronized (segments) {
      return segments.getLast();
    }
  }

  /// The segments from `number` on, as far as there are any.
  List<Segment> from(long number) {
    synchronized (segments) {
      return List.copyOf(segments.subList(Math.max(0, place(number)), segments.size()));
    }
  }

  private int place(long number) {
    return (int) (number - segments.getFirst().number());
  }

  /// Gives up the segments before `number`, in the background: no more of them stay as spares than
  /// the log has left. What cannot be given up stays for the next time: it is in nobody's way.
  ///
  /// @param closing runs what closes a file, when nobody reads
  void removeBefore(long number, Consumer<Runnable> closing) {
    if (first().number() < number) {
      options.background().execute(() -> removeNow(number, closing));
    }
  }

  private void removeNow(long number, Consumer<Runnable> closing) {
    synchronized (front) {
      if (!frontStays && first().number() < number) {
        giveUp(number, closing);
      }
    }
  }

  private void giveUp(long number, Consumer<Runnable> closing) {
    try {
      LogStart.store(disk, owner, number);
      for (Segment oldest = first(); oldest.number() < number; oldest = first()) {
        closing.accept(this::dropFirst);
        spares.retire(oldest.name(), from(number).size());
      }
      disk.syncDirectory();
    } catch (NoRoomException e) {
      // Of a directory of an older version, or on a file system that copies on write.
    } catch (IOException e) {
      // It only costs room until the next start. Whoever writes hears of a disk that is ill.
      frontStays = true;
    }
  }

  /// Removes the spares, in the background.
  ///
  /// @return whether there are any
  boolean removeSpares() {
    boolean any = spares.any();
    if (any) {
      options.background().execute(this::removeSparesNow);
    }
    return any;
  }

  private void removeSparesNow() {
    try {
      synchronized (front) {
        if (!frontStays) {
          spares.removeAll();
        }
      }
    } catch (IOException e) {
      // Whoever writes hears of a disk that is ill.
    }
  }

  private void dropFirst() {
    Segment oldest;
    synchronized (segments) {
      oldest = segments.removeFirst();
    }
    try {
      oldest.close();
    } catch (IOException e) {
      throw StorageException.failed(e);
    }
  }

  /// Removes what a crash left of a segment in preparation, and gives up segments that do not count
  /// any more.
  void removeLeftovers() throws IOException {
    long first = first().number();
    LogStart.settle(disk, owner, first);
    boolean removed = false;
    for (String name : disk.list()) {
      if (SegmentName.is(name) && SegmentName.number(name) < first) {
        spares.retire(name, all().size());
        removed = true;
      } else if (name.equals(SegmentName.TEMPORARY) || name.equals(LogStart.TEMPORARY)) {
        disk.remove(name);
        removed = true;
      }
    }
    if (removed) {
      disk.syncDirectory();
    }
  }

  /// Sees to it that there is a segment behind `current` when the writer gets there.
  void prepareAfter(Segment current) {
    if (refusal == null && current.number() == last().number()) {
      prepareNext();
    }
  }

  private void prepareNext() {
    if (prepared == null) {
      Preparation preparation = new Preparation(last().number() + 1);
      prepared = preparation;
      options.background().execute(preparation);
    }
  }

  /// Prepares once more what the disk has refused, if it has.
  void retry(Segment current) {
    if (current.number() < last().number()) {
      refusal = null; // What was refused was still more than one segment ahead.
    } else if (refusal != null) {
      prepareNext();
    }
  }

  /// Sees to it that what is demanded finds room in `current` and the segments behind.
  ///
  /// @param rest what `current` takes still
  /// @return [Room#AMPLE] where it does; otherwise what does
  Room reserve(Segment current, long rest, Demand demand) throws IOException {
    if (prepared != null && prepared.isDone()) {
      takePrepared();
    }
    while (refusal == null && !holds(current, rest, demand)) {
      extend(current, demand);
    }
    if (refusal == null) {
      prepareAfter(current);
      return Room.AMPLE;
    }
    // What comes to no more than this fits here, or in the next segment together.
    List<Segment> ahead = from(current.number() + 1);
    long next = ahead.isEmpty() ? 0 : RecordFormat.room(ahead.getFirst());
    boolean leaves = demand.anew() && !ahead.isEmpty();
    return new Room(true, leaves ? next : Math.max(rest, next), options.segmentBytes() / RESERVE);
  }

  /// Whether the disk has no room for a segment behind `current`.
  boolean refuses(Segment current) throws IOException {
    if (current.number() == last().number() && refusal == null) {
      prepareNext();
      takePrepared();
    }
    return current.number() == last().number();
  }

  /// Whether the demand fits, in whatever order the entries come, and even if not all of them do.
  ///
  /// A segment is left when the next entry does not fit. So any two in a row hold more than the
  /// smallest of them alone would, and half of them are filled at least.
  private boolean holds(Segment current, long rest, Demand demand) {
    if (demand.bytes() <= rest && !demand.anew()) {
      return true;
    }
    long smallest = Long.MAX_VALUE;
    int count = 0;
    synchronized (segments) {
      for (int at = place(current.number()) + 1; at < segments.size(); at++) {
        smallest = Math.min(smallest, RecordFormat.room(segments.get(at)));
        count++;
      }
    }
    if (count == 0 || smallest == 0) {
      return false;
    }
    long needed = Math.max(1, 2 * Math.ceilDiv(demand.bytes(), smallest) - 1);
    return smallest >= demand.bytesOfLargest() && count >= needed;
  }

  /// Gets one segment more, or one that is too small replaced.
  private void extend(Segment current, Demand demand) throws IOException {
    for (Segment ahead : from(current.number() + 1)) {
      if (RecordFormat.room(ahead) < demand.bytesOfLargest()) {
        try {
          replace(ahead, RecordFormat.segmentBytes(Math.toIntExact(demand.bytesOfLargest())));
        } catch (NoRoomException e) {
          refusal = e;
        }
        return;
      }
    }
    prepareNext();
    takePrepared();
  }

  /// The empty segment behind `current`, with room for a record of `length` bytes.
  Segment after(Segment current, int length) throws IOException {
    long number = current.number() + 1;
    if (number > last().number()) {
      prepareAfter(current);
      takePrepared();
      if (refusal != null) {
        throw refusal;
      }
    }
    Segment next = get(number);
    if (!RecordFormat.fits(RecordFormat.FIRST_ENTRY, 1, length, next)) {
      next = replace(next, RecordFormat.segmentBytes(length));
    }
    prepareAfter(next);
    return next;
  }

  /// Closes all files, and waits for the background before.
  void close() throws IOException {
    if (prepared != null) {
      prepared.discard();
    }
    synchronized (front) {
      frontStays = true;
    }
    for (Segment segment : all()) {
      segment.close();
    }
  }

  List<Segment> all() {
    synchronized (segments) {
      return List.copyOf(segments);
    }
  }

  private void add(Segment segment) {
    synchronized (segments) {
      segments.add(segment);
    }
  }

  private Segment replace(Segment empty, int bytes) throws IOException {
    Segment larger = Segment.create(disk, empty.number(), bytes, owner);
    empty.close();
    synchronized (segments) {
      segments.set(place(empty.number()), larger);
    }
    return larger;
  }

  /// Waits for the preparation, if there is one: the chain is longer by it, or the disk is full.
  private void takePrepared() throws IOException {
    Preparation taken = prepared;
    prepared = null;
    if (taken != null) {
      try {
        add(taken.take());
        refusal = null;
      } catch (NoRoomException e) {
        refusal = e;
      }
    }
  }

  /// The making of a segment, by whatever thread the background is.
  private final class Preparation implements Runnable {
    private final long number;
    private final Semaphore done = new Semaphore(0);
    private @Nullable Segment segment;
    private @Nullable IOException failure;

    Preparation(long number) {
      this.number = number;
    }

    boolean isDone() {
      return done.availablePermits() > 0;
    }

    @Override
    public void run() {
      try {
        segment = spares.create(number, owner);
        if (segment == null) {
          segment = Segment.create(disk, number, options.segmentBytes(), owner);
        }
      } catch (IOException e) {
        failure = e;
      } finally {
        done.release();
      }
    }

    /// Waits for the end of it. One call of this or [#discard()] is due.
    Segment take() throws IOException {
      done.acquireUninterruptibly();
      if (failure != null) {
        throw failure;
      }
      if (segment == null) {
        throw new IllegalStateException(
            "the preparation of " + SegmentName.of(number) + " broke off");
      }
      return segment;
    }

    void discard() throws IOException {
      done.acquireUninterruptibly();
      if (segment != null) {
        segment.close();
      }
    }
  }
}
