package io.raftctl.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// All segments of a log in their order; keeps one ahead of the one that is written, so that the
/// writer need not wait for it.
///
/// One thread calls [#open] and [#after]; any thread may call [#get].
final class SegmentChain {
  private final Disk disk;
  private final int owner;
  private final LogOptions options;

  /// Number `n` at place `n - 1`. Guarded by itself.
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
    List<String> names = disk.list().stream().filter(Segment::isName).toList();
    boolean complete = false;
    try {
      for (long number = 1; number <= names.size(); number++) {
        if (!names.contains(Segment.name(number))) {
          throw StorageException.damaged(disk, Segment.name(number), "the segment is missing");
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
      return segments.get((int) number - 1);
    }
  }

  /// The segments from `number` on, as far as there are any.
  List<Segment> from(long number) {
    synchronized (segments) {
      return List.copyOf(segments.subList((int) number - 1, segments.size()));
    }
  }

  /// Removes what a crash left of a segment in preparation.
  void removeTemporary() throws IOException {
    if (disk.list().contains(Segment.TEMPORARY)) {
      disk.remove(Segment.TEMPORARY);
      disk.syncDirectory();
    }
  }

  /// Sees to it that there is a segment behind `current` when the writer gets there.
  void prepareAfter(Segment current) {
    if (prepared == null && current.number() == count()) {
      Preparation preparation = new Preparation(current.number() + 1);
      options.background().execute(preparation);
      prepared = preparation;
    }
  }

  /// The empty segment behind `current`, with room for a record of `length` bytes.
  Segment after(Segment current, int length) throws IOException {
    long number = current.number() + 1;
    if (number > count()) {
      prepareAfter(current);
      add(takePrepared());
    }
    Segment next = get(number);
    if (!RecordFormat.fits(Segment.FIRST, length, next.bytes())) {
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
    for (Segment segment : from(1)) {
      segment.close();
    }
  }

  private int count() {
    synchronized (segments) {
      return segments.size();
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
      segments.set((int) empty.number() - 1, larger);
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
            "the preparation of " + Segment.name(number) + " broke off");
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
