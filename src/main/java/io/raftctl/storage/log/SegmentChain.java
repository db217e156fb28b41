package io.raftctl.storage.log;

import io.raftctl.storage.Disk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All segments of a log in their order; keeps one ahead of the one that is written, so that the
/// writer need not wait for it.
///
/// One thread calls [#open] and [#after]; any thread may call [#get].
final class SegmentChain {
  private final Disk disk;
  private final int owner;
  private final LogOptions options;

  /// In their order, without a gap. Guarded by itself.
  private final List<Segment> segments = new ArrayList<>();

  /// The one behind the last of `segments`, once the background is done with it.
  private @Nullable Preparation prepared;

  private SegmentChain(Disk disk, int owner, LogOptions options) {
    this.disk = disk;
    this.owner = owner;
    this.options = options;
  }

  /// Makes the first segment of a new log.
  static void create(Disk disk, int owner, LogOptions options) throws IOException {
    Segment.create(disk, 1, options.segmentBytes(), owner).close();
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

  /// Removes the segments before `number`, in the background. What cannot be removed stays for the
  /// next time: it is in nobody's way.
  ///
  /// @param closing runs what closes a file, when nobody reads
  void removeBefore(long number, Consumer<Runnable> closing) {
    if (first().number() < number) {
      options.background().execute(() -> removeNow(number, closing));
    }
  }

  private void removeNow(long number, Consumer<Runnable> closing) {
    try {
      LogStart.store(disk, owner, number);
      for (Segment oldest = first(); oldest.number() < number; oldest = first()) {
        closing.accept(this::dropFirst);
        disk.remove(oldest.name());
      }
      disk.syncDirectory();
    } catch (IOException e) {
      // It only costs room until the next start. Whoever writes hears of a disk that is ill.
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

  /// Removes what a crash left of a segment in preparation, and of segments that do not count any
  /// more.
  void removeLeftovers() throws IOException {
    long first = first().number();
    boolean removed = false;
    for (String name : disk.list()) {
      boolean old = SegmentName.is(name) && SegmentName.number(name) < first;
      if (old || name.equals(SegmentName.TEMPORARY) || name.equals(LogStart.TEMPORARY)) {
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
    if (prepared == null && current.number() == last().number()) {
      Preparation preparation = new Preparation(current.number() + 1);
      options.background().execute(preparation);
      prepared = preparation;
    }
  }

  /// The empty segment behind `current`, with room for a record of `length` bytes.
  Segment after(Segment current, int length) throws IOException {
    long number = current.number() + 1;
    if (number > last().number()) {
      prepareAfter(current);
      add(takePrepared());
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

  private Segment takePrepared() throws IOException {
    Preparation taken = Objects.requireNonNull(prepared, "a preparation was begun");
    prepared = null;
    return taken.take();
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

    @Override
    public void run() {
      try {
        segment = Segment.create(disk, number, options.segmentBytes(), owner);
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
        throw new IOException(failure.getMessage(), failure);
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
