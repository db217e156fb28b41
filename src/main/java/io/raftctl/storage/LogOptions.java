package io.raftctl.storage;

import java.util.concurrent.Executor;

/// How a log uses its disk.
///
/// @param segmentBytes the size of a segment: a multiple of 512, from 2 KiB to 1 GiB. It may change
///   between two starts
/// @param background runs the preparation of the next segment. A node gives one daemon thread, a
///   simulation `Runnable::run`. It must run what it is given until the log is closed
public record LogOptions(int segmentBytes, Executor background) {
  public static final int SEGMENT_BYTES_DEFAULT = 16 << 20;
  public static final int SEGMENT_BYTES_MAX = 1 << 30;

  /// @throws IllegalArgumentException where the size is out of range
  public LogOptions {
    if (segmentBytes < 2048
        || segmentBytes > SEGMENT_BYTES_MAX
        || segmentBytes % ControlBlock.BYTES != 0) {
      throw new IllegalArgumentException(
          "a segment has 2 KiB to 1 GiB, in whole sectors of 512 bytes, not " + segmentBytes);
    }
  }
}
