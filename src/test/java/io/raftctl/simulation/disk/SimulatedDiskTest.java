package io.raftctl.simulation.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.simulation.disk.SimulatedDisk.SimulatedCrash;
import io.raftctl.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the simulated disk may take, and what it must keep: else the tests on it prove nothing.
final class SimulatedDiskTest {
  private final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));

  @Test
  void aCrashKeepsWhatWasSynced() throws IOException {
    Disk.File file = created("a", 2048, 1);
    file.write(filled(512, 2), 512);
    file.sync();
    assertThat(fates(fate -> fate.contents("a"))).hasSize(1);
  }

  @Test
  void aCrashTakesAnySubsetOfUnsyncedSectors() throws IOException {
    Disk.File file = created("a", 1536, 1);
    file.write(filled(1536, 2), 0);
    Set<String> sectors = fates(fate -> new byte[] {at(fate, 0), at(fate, 512), at(fate, 1024)});
    assertThat(sectors).hasSize(8);
  }

  @Test
  void aCrashMayLeaveASectorAsItWasBetweenTwoWrites() throws IOException {
    Disk.File file = created("a", 512, 1);
    file.write(filled(512, 2), 0);
    file.write(filled(100, 3), 0);
    Set<String> found = fates(fate -> new byte[] {at(fate, 0), at(fate, 511)});
    assertThat(found).containsExactlyInAnyOrder("[1, 1]", "[2, 2]", "[3, 2]");
  }

  @Test
  void aCrashTakesCreationsRenamesAndRemovalsThatWereNotSynced() throws IOException {
    created("old", 10, 1);
    created("gone", 10, 1);
    disk.rename("old", "new");
    disk.remove("gone");
    disk.create("fresh").sync();
    Set<String> names = fates(fate -> String.join(" ", fate.contents()).getBytes(UTF_8));
    assertThat(names).hasSize(8);
    disk.syncDirectory();
    assertThat(fates(fate -> String.join(" ", fate.contents()).getBytes(UTF_8))).hasSize(1);
    disk.crash();
    assertThat(disk.contents()).containsExactly("fresh", "new");
  }

  @Test
  void aKillTakesNothing() throws IOException {
    Disk.File file = created("a", 512, 1);
    file.write(filled(512, 2), 0);
    disk.create("b");
    disk.kill();
    assertThat(disk.contents()).containsExactly("a", "b");
    assertThat(at(disk, 300)).isEqualTo((byte) 2);
  }

  @Test
  void filesThatWereOpenAtACrashAreDead() throws IOException {
    Disk.File file = created("a", 512, 1);
    disk.crash();
    assertThatThrownBy(() -> file.write(filled(1, 1), 0)).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(file::sync).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(file::size).isInstanceOf(SimulatedCrash.class);
    disk.open("a").sync();
  }

  @Test
  void fromAPlannedCrashOnEveryCallThrows() throws IOException {
    Disk.File file = created("a", 512, 1);
    disk.crashAfter(2);
    file.write(filled(1, 2), 0);
    assertThatThrownBy(() -> file.write(filled(1, 3), 0)).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(() -> disk.list()).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(() -> disk.open("a")).isInstanceOf(SimulatedCrash.class);
    disk.crash();
    assertThat(at(disk, 0)).isBetween((byte) 1, (byte) 3);
  }

  /// As on Linux: the second sync succeeds, and the first one's pages are lost all the same.
  @Test
  void aSyncThatFailedIsNotMadeUpForByALaterOne() throws IOException {
    Disk.File file = created("a", 1536, 1);
    file.write(filled(1536, 2), 0);
    disk.failAfter(1);
    assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
    file.sync();
    disk.crash();
    assertThat(disk.contents("a")).contains((byte) 1);
  }

  @Test
  void aFullDiskRefusesToGrowAndNothingElse() throws IOException {
    Disk.File file = created("a", 512, 1);
    disk.limit(512);
    assertThatThrownBy(() -> file.write(filled(1, 1), 512)).hasMessageContaining("No space left");
    file.write(filled(512, 2), 0);
    file.sync();
  }

  @Test
  void aDiskMayBeFullFromTheCreationOfAFileOn() throws IOException {
    Disk.File file = created("a", 512, 1);
    disk.limitAt("b"::equals, 100);
    file.write(filled(512, 2), 512);
    Disk.File other = disk.create("b");
    other.write(filled(100, 1), 0);
    assertThat(disk.refused("b"::equals)).isZero();
    assertThatThrownBy(() -> other.write(filled(512, 1), 100)).hasMessageContaining("No space");
    assertThat(disk.refused("b"::equals)).isEqualTo(1);
    disk.limit(Long.MAX_VALUE);
    other.write(filled(512, 1), 100);
    disk.create("c").write(filled(512, 1), 0);
    assertThat(disk.refused("b"::equals)).isEqualTo(1);
  }

  @Test
  void aCrashComesInAWriteThatFindsNoRoomToo() throws IOException {
    Disk.File file = created("a", 512, 1);
    disk.limit(512);
    disk.crashAfter(1);
    assertThatThrownBy(() -> file.write(filled(1, 1), 512)).isInstanceOf(SimulatedCrash.class);
  }

  @Test
  void aWriteThatWentToTheWrongPlaceLeavesTheRightOneAsItWas() throws IOException {
    disk.rememberWrites();
    Disk.File file = created("a", 1000, 1);
    Disk.File other = created("b", 1024, 2);
    file.write(filled(512, 3), 0);
    file.sync();
    file.write(filled(512, 4), 0);
    file.sync();
    other.write(filled(512, 5), 512);
    disk.crash();
    assertThat(disk.lastWrites("a")).containsOnlyKeys(0); // The other one is no whole sector.
    assertThat(disk.lastWrites("b").get(0)).isLessThan(disk.lastWrites("a").get(0));
    assertThat(disk.before("a", 0)).containsOnly(3);
    disk.misdirect("a", 0, "b", 0);
    disk.crash();
    assertThat(at(disk, 511)).isEqualTo((byte) 3);
    assertThat(at(disk, 512)).isEqualTo((byte) 1);
    assertThat(Arrays.copyOf(disk.contents("b"), 512)).containsOnly(4);
    assertThat(disk.contents("b")[512]).isIn((byte) 2, (byte) 5);
    assertThat(disk.lastWrites("a")).isEmpty();
  }

  @Test
  void theSameSeedBringsTheSameFate() throws IOException {
    Disk.File file = created("a", 8192, 1);
    file.write(filled(8192, 2), 0);
    List<byte[]> found =
        IntStream.range(0, 2)
            .mapToObj(_ -> disk.copy(new SplittableRandom(5)))
            .peek(SimulatedDisk::crash)
            .map(copy -> copy.contents("a"))
            .toList();
    assertThat(found.get(0)).isEqualTo(found.get(1));
  }

  /// What different power losses from here on leave.
  private Set<String> fates(Function<SimulatedDisk, byte[]> view) {
    Set<String> found = new TreeSet<>();
    for (int seed = 0; seed < 500; seed++) {
      SimulatedDisk copy = disk.copy(new SplittableRandom(seed));
      copy.crash();
      found.add(Arrays.toString(view.apply(copy)));
    }
    return found;
  }

  private Disk.File created(String name, int bytes, int value) throws IOException {
    Disk.File file = disk.create(name);
    file.write(filled(bytes, value), 0);
    file.sync();
    disk.syncDirectory();
    return file;
  }

  private static ByteBuffer filled(int bytes, int value) {
    byte[] array = new byte[bytes];
    Arrays.fill(array, (byte) value);
    return ByteBuffer.wrap(array);
  }

  private static byte at(SimulatedDisk disk, int at) {
    return disk.contents("a")[at];
  }
}
