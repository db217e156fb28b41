package io.raftctl.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.simulation.coverage.Coverage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void saysHowFarTheSeedsAreAndHowFast() {
    Totals totals = new Totals(250, 1, 3_000_000, 7_200_000_000L, 1, 1);

    assertThat(
            Progress.line(new Seeds(1, 1000, null), totals, new Coverage(), Duration.ofSeconds(10)))
        .isEqualTo("[#####---------------] 250/1000 seeds, 25/s, 2.00 h, 300k events/s, cov 0/0/0");
    assertThat(
            Progress.line(
                new Seeds(1, 100, Duration.ofSeconds(20)),
                totals,
                new Coverage(),
                Duration.ofSeconds(10)))
        .isEqualTo("[##########----------] 250 seeds, 25/s, 2.00 h, 300k events/s, cov 0/0/0");
  }

  @Test
  void fitsATerminalOfEightyColumns() {
    Totals many = new Totals(99_999_999, 1, 999_999_999_999L, 999 * 3_600_000_000L, 1, 1);

    assertThat(
            Progress.line(
                new Seeds(1, 100_000_000, null), many, new Coverage(), Duration.ofHours(24)))
        .hasSizeLessThan(80);
  }
}
