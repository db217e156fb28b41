package io.raftctl.torture.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotTest {
  @TempDir Path folder;

  @Test
  void bitsFlipOnlyWhereSomethingIsWritten() throws Exception {
    byte[] log = new byte[200_000];
    for (int i = 0; i < 1000; i++) {
      log[i] = (byte) (i | 1);
    }
    Files.write(folder.resolve("log-00000001"), log);
    Files.write(folder.resolve("identity"), new byte[] {1, 2, 3});
    Files.write(folder.resolve("spare-00000002"), new byte[] {1, 2, 3});

    assertThat(Rot.flip(folder, 8, new Random(1))).isEqualTo(8);

    byte[] after = Files.readAllBytes(folder.resolve("log-00000001"));
    assertThat(after).hasSameSizeAs(log);
    BitSet changed = BitSet.valueOf(after);
    changed.xor(BitSet.valueOf(log));
    assertThat(changed.cardinality()).isBetween(1, 8);
    assertThat(changed.length()).isLessThanOrEqualTo(8 * 1000);
    assertThat(Files.readAllBytes(folder.resolve("identity"))).containsExactly(1, 2, 3);
    assertThat(Files.readAllBytes(folder.resolve("spare-00000002"))).containsExactly(1, 2, 3);
  }

  @Test
  void whereNothingIsWrittenNothingFlips() throws Exception {
    assertThat(Rot.flip(folder, 8, new Random(1))).isZero();
    Files.write(folder.resolve("log-00000001"), new byte[200_000]);
    assertThat(Rot.flip(folder, 8, new Random(1))).isZero();
    assertThat(Files.readAllBytes(folder.resolve("log-00000001"))).containsOnly(0);
  }
}
