package io.raftctl.storage.log;

import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// What lies on the disk around the place that was read last. For one thread at a time.
///
/// It may be outdated by writes: [#reset()] forgets it. A disk that cannot read one sector can read
/// others: where a reading fails, each sector is read by itself, and one that is lost is shown as
/// bytes that are neither zeros nor a record.
final class SectorWindow {
  private static final byte UNREADABLE = (byte) 0xee;
  private static final ByteBuffer ZEROS =
      ByteBuffer.allocateDirect(ControlBlock.BYTES).asReadOnlyBuffer();

  private final ByteBuffer window;

  /// The number of the segment that the window shows from `base` on; 0 for none.
  private long shown;

  private int base;

  /// @param bytes how much to read at once, in whole sectors
  SectorWindow(int bytes) {
    this.window = ByteBuffer.allocateDirect(bytes);
  }

  void reset() {
    shown = 0;
  }

  /// Whether there is nothing but zeros from `at` on.
  ///
  /// @param length up to a sector
  boolean isBlank(Segment source, int at, int length) throws IOException {
    int end = at + length;
    while (at < end) {
      turnTo(source, at);
      int from = at - base;
      int part = Math.min(end - at, window.limit() - from);
      if (window.slice(from, part).mismatch(ZEROS.slice(0, part)) >= 0) {
        return false;
      }
      at += part;
    }
    return true;
  }

  /// Fills `target` with what lies from `at` on.
  void load(Segment source, int at, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      turnTo(source, at);
      int from = at - base;
      int length = Math.min(target.remaining(), window.limit() - from);
      target.put(target.position(), window, from, length);
      target.position(target.position() + length);
      at += length;
    }
  }

  private void turnTo(Segment source, int at) throws IOException {
    if (source.number() != shown || at < base || at >= base + window.limit()) {
      show(source, at);
    }
  }

  private void show(Segment source, int at) throws IOException {
    shown = 0;
    int from = at - at % window.capacity();
    window.clear();
    try {
      source.file().read(window, from);
    } catch (IOException e) {
      readSectors(source, from);
    }
    if (window.flip().limit() <= at - from) {
      throw new StorageException(source.name() + " is shorter than its header says");
    }
    shown = source.number();
    base = from;
  }

  private void readSectors(Segment source, int from) throws IOException {
    source.file().size(); // Fails where the file is gone and not a sector of it.
    window.clear();
    int end = Math.min(source.bytes() - from, window.capacity());
    while (window.position() < end) {
      int at = window.position();
      window.limit(Math.min(end, at + ControlBlock.BYTES));
      try {
        source.file().read(window, from + at);
      } catch (IOException e) {
        window.position(at);
        while (window.hasRemaining()) {
          window.put(UNREADABLE);
        }
      }
      window.position(window.limit());
    }
  }
}
