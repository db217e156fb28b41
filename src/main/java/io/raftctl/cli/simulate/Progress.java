package io.raftctl.cli.simulate;

import io.raftctl.cli.terminal.Console;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.script.Script;
import java.time.Duration;
import java.util.Locale;

/// A line on a terminal that is written over while seeds run, and gone in the end. Where standard
/// error is no terminal, nothing is written.
final class Progress implements AutoCloseable {
  private static final int COLUMNS_MAX = 79;
  private static final int BAR_COLUMNS_MAX = 20;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final String ERASE = "\r\033[K";

  private final Console console;
  private final Seeds seeds;
  private final Coverage coverage;
  private final boolean watched;
  private Duration shown = Duration.ZERO;

  Progress(Console console, Seeds seeds, Coverage coverage) {
    this.console = console;
    this.seeds = seeds;
    this.coverage = coverage;
    this.watched = console.isWatched();
  }

  void show(Totals totals, Duration elapsed) {
    if (watched && elapsed.minus(shown).compareTo(PAUSE) >= 0) {
      shown = elapsed;
      console.err().append(ERASE).append(line(seeds, totals, coverage, elapsed)).flush();
    }
  }

  /// What is left of a run that failed, so far.
  void show(Script left) {
    if (watched) {
      long acts = left.count(_ -> true);
      int nodes = left.world().nodes();
      String text = "shrinking: %d acts on %d nodes are left".formatted(acts, nodes);
      console.err().append(ERASE).append(text).flush();
    }
  }

  /// Fits 80 columns. Coverage is told as pairs, marks and states.
  static String line(Seeds seeds, Totals totals, Coverage coverage, Duration elapsed) {
    String text = text(seeds, totals, coverage, elapsed);
    int columns = Math.clamp(COLUMNS_MAX - text.length() - 3, 0, BAR_COLUMNS_MAX);
    int full = (int) (columns * seeds.share(totals.seeds(), elapsed));
    return "[" + "#".repeat(full) + "-".repeat(columns - full) + "] " + text;
  }

  private static String text(Seeds seeds, Totals totals, Coverage coverage, Duration elapsed) {
    double seconds = Math.max(0.001, elapsed.toNanos() / 1e9);
    String of = seeds.time() == null ? "/" + seeds.count() : "";
    return String.format(
        Locale.ROOT,
        "%d%s seeds, %.0f/s, %.2f h, %s events/s, cov %d/%d/%s",
        totals.seeds(),
        of,
        totals.seeds() / seconds,
        totals.simulatedHours(),
        thousands(totals.steps() / seconds),
        coverage.pairs(),
        coverage.marks(),
        thousands(coverage.states()));
  }

  private static String thousands(double number) {
    if (number < 1_000) {
      return Long.toString((long) number);
    }
    return number < 1_000_000
        ? String.format(Locale.ROOT, "%.0fk", number / 1_000)
        : String.format(Locale.ROOT, "%.1fM", number / 1_000_000);
  }

  @Override
  public void close() {
    if (watched) {
      console.err().append(ERASE).flush();
    }
  }
}
