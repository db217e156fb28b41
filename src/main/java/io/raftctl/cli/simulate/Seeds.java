package io.raftctl.cli.simulate;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which seeds are to run: so many from the first one on, or as many as a time takes.
///
/// @param count ignored where there is a time
/// @param time no seed begins after it; null: the count says it
record Seeds(long first, long count, @Nullable Duration time) {
  /// Whether another one begins; the first one always does.
  ///
  /// @param done so many have run
  boolean goOn(long done, Duration elapsed) {
    return done == 0 || share(done, elapsed) < 1;
  }

  /// How much of all is done, from 0 to 1.
  double share(long done, Duration elapsed) {
    double share =
        time == null ? (double) done / count : (double) elapsed.toNanos() / time.toNanos();
    return Math.min(1, share);
  }
}
