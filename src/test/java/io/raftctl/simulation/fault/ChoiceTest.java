package io.raftctl.simulation.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  @Test
  void readsWhatItWrites() {
    for (String words : new String[] {"all", "none", "partition,bit-rot", "clock-jump"}) {
      assertThat(new Choice(3, Choice.faults(words)).words())
          .isEqualTo(" --nodes 3 --nemesis " + words);
    }
    assertThat(Choice.NONE.words()).isEmpty();
    assertThat(Choice.faults(Fault.words())).isEqualTo(EnumSet.allOf(Fault.class));
  }

  @Test
  void namesWhatThereIsWhereAWordIsNotKnown() {
    assertThatThrownBy(() -> Choice.faults("partition,fire"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'fire' is no nemesis; there are partition, flapping-leader, ")
        .hasMessageEndingWith(", bit-rot, all and none");
    assertThatThrownBy(() -> Choice.faults(""))
        .hasMessageStartingWith("'' is no nemesis; there are ");
    assertThatThrownBy(() -> Choice.faults("none,partition"))
        .hasMessage("'none' leaves no place for another nemesis");
  }

  @Test
  void noWorldHasFaultsThatExcludeEachOther() {
    boolean lost = false;
    boolean churn = false;
    for (int seed = 1; seed <= 20; seed++) {
      Suffering suffering =
          new Suffering(new Choice(0, Choice.faults("all")), new SplittableRandom(seed));
      lost |= suffering.has(Fault.LOST_DISK, false);
      churn |= suffering.has(Fault.MEMBERSHIP_CHURN, false);
      assertThat(suffering.has(Fault.LOST_DISK, false))
          .isNotEqualTo(suffering.has(Fault.MEMBERSHIP_CHURN, false));
    }
    assertThat(lost && churn).isTrue();
  }
}
