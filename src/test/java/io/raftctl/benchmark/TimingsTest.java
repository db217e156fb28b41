package io.raftctl.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// How single times become figures.
class TimingsTest {
  @Test
  void theMedianIsTheMiddleOne() {
    Timings timings = millis(30, 10, 20);
    assertThat(timings.median()).isEqualTo(Duration.ofMillis(20));
    assertThat(timings.min()).isEqualTo(Duration.ofMillis(10));
    assertThat(timings.max()).isEqualTo(Duration.ofMillis(30));
  }

  @Test
  void ofAnEvenNumberItIsBetweenTheMiddleTwo() {
    assertThat(millis(4, 1, 3, 100).median()).isEqualTo(Duration.ofNanos(3_500_000));
  }

  @Test
  void ofNothingThereIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Timings(List.of()));
  }

  @Test
  void percentilesAreOfAllConnectionsTogether() {
    Samples slow = new Samples();
    Samples fast = new Samples();
    for (int i = 1; i <= 500; i++) {
      fast.addDone(TimeUnit.MILLISECONDS.toNanos(i), true);
      slow.addDone(TimeUnit.MILLISECONDS.toNanos(500 + i), true);
    }
    fast.add(slow);
    assertThat(fast.done()).isEqualTo(1000);
    assertThat(fast.millis(50)).isCloseTo(500, within(1.0));
    assertThat(fast.millis(99)).isCloseTo(990, within(1.0));
    assertThat(fast.millisMax()).isCloseTo(1000, within(1.0));
    assertThat(fast.perSecond(Duration.ofSeconds(4))).isEqualTo(250);
  }

  @Test
  void whatEndsLateHasALatencyButIsNoThroughput() {
    Samples samples = new Samples();
    samples.addDone(TimeUnit.MILLISECONDS.toNanos(3), true);
    samples.addDone(TimeUnit.SECONDS.toNanos(9), false);
    assertThat(samples.done()).isEqualTo(1);
    assertThat(samples.latencies()).isEqualTo(2);
    assertThat(samples.millisMax()).isCloseTo(9000, within(10.0));
  }

  @Test
  void aLatencyAboveAllBoundsIsCutNotLost() {
    Samples samples = new Samples();
    samples.addDone(TimeUnit.HOURS.toNanos(5), true);
    assertThat(samples.latencies()).isEqualTo(1);
  }

  private static Timings millis(long... millis) {
    return new Timings(LongStream.of(millis).mapToObj(Duration::ofMillis).toList());
  }
}
