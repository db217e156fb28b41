package io.raftctl.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a load may be, and which commands it is made of.
class LoadTest {
  private static final Load LOAD = load(100, 16, 256, 0);

  static Load load(int keys, int keyBytes, int valueBytes, int readsPercent) {
    Duration moment = Duration.ofMillis(50);
    return new Load(8, 2, keys, keyBytes, valueBytes, readsPercent, moment, moment);
  }

  @Test
  void keysAndValuesHaveTheSizesThatWereAskedFor() {
    Commands commands = new Commands(LOAD, 1);
    String[] put = text(commands.put(42)).split(" ", -1);
    assertThat(put).hasSize(3).startsWith("put", "bench00000000042");
    assertThat(put[2]).hasSize(256).matches("[0-9A-Za-z_-]+");
    assertThat(text(commands.get(99))).isEqualTo("get bench00000000099");
  }

  @Test
  void keysDiffer() {
    Load tight = load(100, 7, 1, 0);
    Commands commands = new Commands(tight, 1);
    List<String> all = IntStream.range(0, 100).mapToObj(i -> text(commands.get(i))).toList();
    assertThat(all).doesNotHaveDuplicates();
  }

  @Test
  void theSameSeedGivesTheSameCommands() {
    assertThat(draw(new Commands(LOAD, 7))).isEqualTo(draw(new Commands(LOAD, 7)));
    assertThat(draw(new Commands(LOAD, 7))).isNotEqualTo(draw(new Commands(LOAD, 8)));
  }

  @Test
  void readsAreDrawnInTheirShare() {
    Commands commands = new Commands(load(100, 16, 1, 30), 1);
    long reads = IntStream.range(0, 10_000).filter(_ -> commands.drawRead()).count();
    assertThat(reads).isBetween(2_800L, 3_200L);
  }

  @Test
  void refusesWhatMakesNoLoad() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> load(100, 6, 256, 0))
        .withMessage("--key-size must be 7 to 1024 here, not 6");
    assertThatIllegalArgumentException().isThrownBy(() -> load(0, 16, 256, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> load(100, 16, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> load(100, 16, 256, 101))
        .withMessageContaining("--reads");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Load(1, 2, 1, 16, 1, 0, LOAD.warmUp(), LOAD.time()))
        .withMessage("--connections must be 1 to 1 here, not 2");
  }

  private static List<String> draw(Commands commands) {
    return IntStream.range(0, 20).mapToObj(_ -> text(commands.put(commands.drawKey()))).toList();
  }

  private static String text(byte[] command) {
    return new String(command, StandardCharsets.US_ASCII);
  }
}
