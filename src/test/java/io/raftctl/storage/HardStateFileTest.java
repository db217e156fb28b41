package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.disk.SimulatedDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Term and vote: never an older one than the last that was synced.
final class HardStateFileTest {
  private static final int OWNER = 42;
  private static final int COPY = 4096;

  private static final List<HardState> STATES =
      List.of(
          new HardState(1, null),
          new HardState(1, new NodeId("1")),
          new HardState(2, new NodeId("a-node.with_a-long.name")),
          new HardState(3, new NodeId("n".repeat(64))),
          new HardState(Long.MAX_VALUE, null));

  private final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));

  @Test
  void whatWasStoredIsRead() throws IOException {
    HardStateFile.create(disk, OWNER);
    for (HardState state : STATES) {
      HardStateFile.open(disk, OWNER).store(state);
      assertThat(HardStateFile.open(disk, OWNER).state()).isEqualTo(state);
    }
  }

  @Test
  void eitherCopyAloneBringsTheLatestState() throws IOException {
    HardStateFile.create(disk, OWNER);
    HardStateFile file = HardStateFile.open(disk, OWNER);
    for (HardState state : STATES) {
      file.store(state);
      for (int copy = 0; copy < 2; copy++) {
        for (int at = 0; at < 512; at += 7) {
          SimulatedDisk damaged = disk.copy(new SplittableRandom(1));
          byte[] bytes = damaged.contents(HardStateFile.NAME);
          bytes[copy * COPY + at] ^= 0x10;
          damaged.rot(HardStateFile.NAME, bytes);
          assertThat(HardStateFile.open(damaged, OWNER).state()).isEqualTo(state);
        }
      }
    }
  }

  /// A device may tear within a sector too: whatever is being written can become rubbish.
  @Test
  void aWriteThatTurnsToRubbishLeavesTheStateBeforeOrTheNewOne() throws IOException {
    HardStateFile.create(disk, OWNER);
    HardState before = HardState.INITIAL;
    for (HardState state : STATES) {
      for (int operation = 1; operation <= 4; operation++) {
        SimulatedDisk torn = disk.copy(new SplittableRandom(operation));
        byte[] bytes = tornAt(torn, operation, state);
        torn.crash();
        torn.rot(HardStateFile.NAME, bytes);
        assertThat(HardStateFile.open(torn, OWNER).state()).isIn(before, state);
      }
      HardStateFile.open(disk, OWNER).store(state);
      before = state;
    }
  }

  @Test
  void twoBadCopiesAreRefused() throws IOException {
    HardStateFile.create(disk, OWNER);
    byte[] bytes = disk.contents(HardStateFile.NAME);
    bytes[100] ^= 1;
    bytes[COPY + 200] ^= 1;
    disk.rot(HardStateFile.NAME, bytes);
    assertThatThrownBy(() -> HardStateFile.open(disk, OWNER))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("disk/hard-state: neither copy of the term and vote is intact; ");
  }

  @Test
  void oneCopyInThePlaceOfTheOtherDoesNotCount() throws IOException {
    HardStateFile.create(disk, OWNER);
    byte[] bytes = disk.contents(HardStateFile.NAME);
    System.arraycopy(bytes.clone(), 0, bytes, COPY, 512);
    Arrays.fill(bytes, 0, 512, (byte) 0);
    disk.rot(HardStateFile.NAME, bytes);
    assertThatThrownBy(() -> HardStateFile.open(disk, OWNER)).isInstanceOf(StorageException.class);
  }

  /// Stores a state up to a crash, and makes rubbish of every byte that was not synced then.
  private static byte[] tornAt(SimulatedDisk disk, int operation, HardState state)
      throws IOException {
    HardStateFile file = HardStateFile.open(disk, OWNER);
    disk.crashAfter(operation);
    assertThat(
            Script.crashes(
                () -> {
                  try {
                    file.store(state);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }))
        .isTrue();
    byte[] written = disk.contents(HardStateFile.NAME);
    byte[] torn = written.clone();
    // Other fates of the same power loss: where any of them differs, the byte was not synced.
    for (int fate = 0; fate < 32; fate++) {
      SimulatedDisk other = disk.copy(new SplittableRandom(fate));
      other.crash();
      byte[] found = other.contents(HardStateFile.NAME);
      for (int at = 0; at < written.length; at++) {
        if (found[at] != written[at]) {
          torn[at] = (byte) (written[at] ^ 0x5a);
        }
      }
    }
    return torn;
  }
}
