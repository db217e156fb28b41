package io.raftctl.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> VERBS = List.of("status", "stop", "start", "submit", "kill");

  @Test
  void findsTheWordWithTheFewestMistakes() {
    assertThat(Nearest.to("stauts", VERBS)).contains("status");
    assertThat(Nearest.to("kil", VERBS)).contains("kill");
    assertThat(Nearest.to("sbmit", VERBS)).contains("submit");
  }

  @Test
  void findsNothingWhereNothingIsNear() {
    assertThat(Nearest.to("xyzzy", VERBS)).isEmpty();
  }

  @Test
  void countsASwapAsOneMistake() {
    assertThat(Nearest.distance("satrt", "start")).isEqualTo(1);
    assertThat(Nearest.distance("", "kill")).isEqualTo(4);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
  }
}
