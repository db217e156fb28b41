package io.raftctl.node.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Input;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How time reaches the core: `t` is a tick, `x` is what has arrived.
class TicksTest {
  private static final long TICK = 10;

  private final Ticks ticks = new Ticks(TICK, 1000);

  @Test
  void wakesOnlyWhenSomethingIsDue() {
    assertThat(ticks.nanosTo(5, 1000)).isEqualTo(50);
    assertThat(ticks.nanosTo(5, 1045)).isEqualTo(5);
    assertThat(ticks.nanosTo(5, 1060)).isNegative();
  }

  @Test
  void tellsAllTicksThatPassedBeforeWhatArrivedNow() {
    assertThat(weave(30, 1025, "x")).isEqualTo("ttx");
    assertThat(weave(28, 1029, "x")).isEqualTo("x");
    assertThat(weave(28, 1030, "")).isEqualTo("t");
    assertThat(weave(27, 1031, "")).isEmpty();
  }

  @Test
  void whatArrivedMayPutOffWhatIsDue() {
    assertThat(weave(3, 1030, "xx")).isEqualTo("ttxxt");
    assertThat(weave(1, 1040, "x")).isEqualTo("xt");
  }

  @Test
  void ticksThatAreLateAreGone() {
    assertThat(weave(3, 9000, "x")).isEqualTo("ttxt");
    assertThat(ticks.nanosTo(1, 9000)).isEqualTo(TICK);
    assertThat(weave(3, 9005, "")).isEmpty();
  }

  @Test
  void noTimeIsLostBetweenTicks() {
    int told = 0;
    for (long now = 1003; now <= 2000; now += 7) {
      told += weave(100, now, "").length();
    }
    assertThat(told).isEqualTo(99);
  }

  private String weave(int spare, long now, String arrived) {
    List<Input> inputs = new ArrayList<>();
    List<Input> news = new ArrayList<>();
    arrived.chars().forEach(_ -> news.add(new Input.Synced(1)));
    ticks.weave(news, spare, now, inputs);
    StringBuilder told = new StringBuilder();
    inputs.forEach(input -> told.append(input instanceof Input.Tick ? 't' : 'x'));
    return told.toString();
  }
}
