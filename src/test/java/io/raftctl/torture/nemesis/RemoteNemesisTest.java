package io.raftctl.torture.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is done to nodes whose processes nobody here can start.
class RemoteNemesisTest {
  @Test
  void allThatCanBeDoneIsDoneUnlessSomethingIsNamed() {
    assertThat(RemoteNemesis.choose(null, false)).containsExactly(Fault.PARTITION);
    assertThat(RemoteNemesis.choose(null, true))
        .containsExactly(Fault.PARTITION, Fault.DISK, Fault.CLOCK);
    assertThat(RemoteNemesis.choose("block", true)).containsExactly(Fault.PARTITION);
    assertThat(RemoteNemesis.choose("clock,partition", true))
        .containsExactly(Fault.CLOCK, Fault.PARTITION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "pause", "restart", "membership", "partition,kill", "replace"})
  void whatTakesProcessesIsRefusedWithWhatThereIs(String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteNemesis.choose(words, true))
        .withMessageContaining("it takes processes of this machine")
        .withMessageEndingWith("there can be partition, disk, clock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disk", "clock"})
  void disksAndClocksTakePortsForOperators(String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteNemesis.choose(word, false))
        .withMessageStartingWith(word + " cannot be done to the nodes of -e: ")
        .withMessageContaining("--operators")
        .withMessageEndingWith("there can be partition");
  }
}
