package io.raftctl.simulation.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Worlds in words.
class SettingsTest {
  @Test
  void whatIsNotSaidIsCalm() {
    assertThat(Settings.world(Map.of())).isEqualTo(WorldConfig.CALM);
    assertThat(Settings.of(WorldConfig.CALM)).isEmpty();
  }

  @Test
  void theWordsOfAWorldGiveItBack() {
    for (long seed = 1; seed <= 500; seed++) {
      WorldConfig world = Swarm.of(seed).world();
      assertThat(Settings.world(Settings.of(world))).as("seed %d", seed).isEqualTo(world);
      WorldConfig all = Swarm.of(seed, new Choice(5, EnumSet.allOf(Fault.class))).world();
      assertThat(Settings.world(Settings.of(all))).as("seed %d", seed).isEqualTo(all);
    }
  }

  /// As the stories that come with raftctl count on.
  @Test
  void smallSnapshotsMeanSmallSegmentsAndSmallMessagesASmallWindow() {
    Core core = Settings.world(Map.of("snapshot-bytes", "3000", "message-bytes", "1")).core();

    assertThat(core.segmentBytes()).isEqualTo(3000);
    assertThat(core.limits().inflightBytesMax()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "nodes, 0",
    "nodes, 8",
    "nodes, three",
    "nodes, -1",
    "spares, 6",
    "features, some",
    "election-ticks, 1",
    "delay, 20",
    "delay, 0ms",
    "delay, 1.2345ms",
    "loss, 101",
    "loss, much",
    "overtaking, yes",
    "entry-rot, all",
    "segment-bytes, 100",
    "snapshot-bytes, 0",
    "sessions, 0",
    "session-bytes, 1",
    "troubles, fire",
    "troubles, ''"
  })
  void whatMakesNoSenseIsRefused(String word, String value) {
    assertThatThrownBy(() -> Settings.world(Map.of(word, value)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
