package io.raftctl.torture.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final long MILLI = 1_000_000;
  private final Timeline timeline = new Timeline();

  @Test
  void answersAreCountedWhereTheyCame() {
    timeline.acknowledged(10 * MILLI, 20 * MILLI, 1);
    timeline.acknowledged(10 * MILLI, 99 * MILLI, 1);
    timeline.acknowledged(20 * MILLI, 250 * MILLI, 1);
    assertThat(timeline.points())
        .containsExactly(
            new Timeline.Point(0, 2, 10_000, 10_000, 89_000),
            new Timeline.Point(100 * MILLI, 0, 0, 0, 0),
            new Timeline.Point(200 * MILLI, 1, 230_000, 230_000, 230_000));
  }

  @Test
  void quantilesAreThoseOfTheWaits() {
    for (int i = 1; i <= 100; i++) {
      timeline.acknowledged(0, i * MILLI / 2, 1);
    }
    assertThat(timeline.points())
        .containsExactly(new Timeline.Point(0, 100, 25_000, 49_500, 50_000));
  }

  /// A retry is answered with its first place, so an old term may come after a new one.
  @Test
  void aLeaderIsNewWhenItsTermIs() {
    timeline.acknowledged(0, 1, 3);
    timeline.acknowledged(0, 2, 3);
    timeline.acknowledged(0, 3, 5);
    timeline.acknowledged(0, 4, 3);
    assertThat(timeline.leaderChanges())
        .containsExactly(new Timeline.LeaderChange(1, 3), new Timeline.LeaderChange(3, 5));
  }
}
