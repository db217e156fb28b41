package io.raftctl.linearizability.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConfigurationSetTest {
  @Test
  void numbersWhatIsNewAndKnowsItAgain() {
    SplittableRandom random = new SplittableRandom(5);
    ConfigurationSet set = new ConfigurationSet(1 << 24);
    Map<List<Long>, Integer> twin = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      // Long ones take chunks of their own.
      int length = random.nextInt(5_000) == 0 ? 20_000 : random.nextInt(6);
      long[] words = new long[length + 1];
      List<Long> boxed = new ArrayList<>();
      for (int word = 0; word < length; word++) {
        words[word] = random.nextInt(8);
        boxed.add(words[word]);
      }
      words[length] = random.nextLong(); // Not part of it.
      twin.putIfAbsent(boxed, twin.size());
      assertThat(set.number(words, length)).isEqualTo(twin.get(boxed));
      assertThat(set.size()).isEqualTo(twin.size());
    }
    assertThat(twin).hasSizeGreaterThan(10_000);
  }

  @Test
  void saysWhenItIsFull() {
    ConfigurationSet set = new ConfigurationSet(50_000);
    int added = 0;
    while (!set.isFull()) {
      assertThat(set.number(new long[] {added}, 1)).isEqualTo(added++);
    }
    assertThat(added).isBetween(1_000, 50_000);
  }
}
