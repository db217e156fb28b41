package io.raftctl.simulation.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.simulation.PlayedSeed;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is done to a world, in words.
class ActWordsTest {
  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  @Test
  void theWordsOfAnActGiveItBack() {
    Set<String> verbs = new HashSet<>();
    for (long seed = 1; seed <= 12; seed++) {
      Choice all = new Choice(5, EnumSet.allOf(Fault.class));
      for (Choice choice : List.of(Choice.NONE, all)) {
        for (Script.Scene scene : PlayedSeed.of(seed, choice).script().scenes()) {
          for (Act act : scene.acts()) {
            String verb = words(act.line()).getFirst();
            if (ActWords.VERBS.contains(verb)) {
              verbs.add(verb);
              assertThat(ActWords.read(words(act.line()))).isEqualTo(act);
            }
          }
        }
      }
    }
    assertThat(verbs).containsExactlyInAnyOrderElementsOf(ActWords.VERBS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client",
        "client 1",
        "client 1.2",
        "client 1.2.3 incr",
        "client a.b incr",
        "client 1.2 put",
        "client 1.2 put k v",
        "client 1.2 get k",
        "client 1.2 get k fresh",
        "client 1.2 del k",
        "disk",
        "disk 1",
        "disk 1 full",
        "disk 1 full much",
        "disk 1 full 1 reading",
        "disk 1 room 2",
        "disk 1 crash 0",
        "disk 1 crash 1 2",
        "disk 1 fail",
        "disk 1 hang long",
        "disk 1 hang 1ms 2ms",
        "disk a/b room",
        "lose-disk",
        "lose-disk 1 2",
        "hand-over",
        "hand-over 1 2 3",
        "change",
        "change 1 2",
        "join",
        "move 1 2"
      })
  void whatMakesNoSenseIsToldHowItGoes(String line) {
    assertThatThrownBy(() -> ActWords.read(words(line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("usage: " + words(line).getFirst());
  }
}
