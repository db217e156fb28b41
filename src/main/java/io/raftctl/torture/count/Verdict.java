package io.raftctl.torture.count;

import io.raftctl.client.Outcome;
import java.util.Optional;
import java.util.TreeSet;

/// What is known of one counter, and the first thing in it that cannot be.
final class Verdict {
  private final String key;

  /// What the commands that were applied counted to; each must be another number.
  private final TreeSet<Long> numbers = new TreeSet<>();

  private long acknowledgedLast;
  private Optional<String> broken = Optional.empty();

  Verdict(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }

  Optional<String> broken() {
    return broken;
  }

  /// The next command that its client was told of, in the order in which they were submitted.
  void acknowledged(Outcome.Done done) {
    applied(done);
    if (numberOf(done) < acknowledgedLast) {
      breaks(
          "request %s counted %s to %s after a later one had counted it to %d"
              .formatted(done.requestId(), key, done.reply(), acknowledgedLast));
    }
    acknowledgedLast = numberOf(done);
  }

  /// A command that was applied, wherever it stood in its client's order.
  void applied(Outcome.Done done) {
    if (numberOf(done) < 1) {
      breaks("request %s counted %s to '%s'".formatted(done.requestId(), key, done.reply()));
    } else if (!numbers.add(numberOf(done))) {
      breaks(
          "request %s counted %s to %s, and so did another one"
              .formatted(done.requestId(), key, done.reply()));
    }
  }

  /// What a node holds, once all that was applied has been told.
  void held(String node, long value) {
    if (value == numbers.size() && (value == 0 || numbers.last() == value)) {
      return;
    }
    breaks(
        "node %s holds %s = %d where %d requests were applied, the last of which counted to %d: %s"
            .formatted(
                node,
                key,
                value,
                numbers.size(),
                numbers.isEmpty() ? 0 : numbers.last(),
                value < numbers.size() ? "some are lost" : "some were applied more than once"));
  }

  /// No number at all where the reply is none.
  private static long numberOf(Outcome.Done done) {
    return done.ok() ? Long.parseLong(done.reply()) : 0;
  }

  private void breaks(String what) {
    if (broken.isEmpty()) {
      broken = Optional.of(what);
    }
  }
}
