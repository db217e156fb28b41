package io.raftctl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.SegmentedLog;
import io.raftctl.storage.offline.Verification;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Damages every file of a data directory and starts a node on it, as far as its storage goes.
///
/// It finds what was written, or says what it has lost, or refuses in one line that names a file.
/// It never takes other bytes for what was written, and never fails in another way.
@Timeout(86_400)
class DataDirectoryFuzzTest {
  private static final List<String> STRAY =
      List.of(
          "snapshot-99999999999999999999",
          "snapshot-0000000000000099",
          "snapshot-7.damaged",
          "snapshot.tmp",
          "incoming-1-1-1-00000000",
          "incoming-999999999999999999-1-5-ffffffff",
          "log-00000099",
          "log-9999999999",
          "log-start.tmp",
          "segment.tmp",
          "spare-00000001",
          "repair-00000002",
          "repair-9999999999",
          "identity.tmp",
          "hard-state.bak",
          "notes.txt");

  private final List<PreparedDirectory> directories;

  DataDirectoryFuzzTest() throws IOException {
    directories = PreparedDirectory.all();
  }

  /// What is damaged, for the message of a failure and for what is to be expected.
  private static final class Damage {
    final TreeSet<String> files = new TreeSet<>();
    final StringBuilder what = new StringBuilder();
    int count;

    /// Whether a start has said that something is lost.
    boolean named;
  }

  @Test
  void aDamagedDirectoryOpensAsItWasOrSaysWhatIsLostOrIsRefused() throws Exception {
    new Inputs(getClass(), 0.1, 4000, 64 << 20).each(this::attempt);
  }

  private void attempt(RandomGenerator random) throws IOException {
    PreparedDirectory directory = directories.get(random.nextInt(directories.size()));
    SimulatedDisk disk = directory.disk.copy(new SplittableRandom(random.nextLong()));
    Damage damage = new Damage();
    int count = random.nextInt(4) == 0 ? 2 + random.nextInt(4) : 1;
    for (int i = 0; i < count; i++) {
      damage(disk, damage, random);
    }
    try {
      boolean verified = verify(disk);
      boolean started = start(directory, disk, damage);
      if (started) {
        assertThat(start(directory, disk, damage)).as("it starts again").isTrue();
      }
      if (verified && damage.count == 1) {
        assertThat(started && !damage.named).as("what log verify calls intact is").isTrue();
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(directory.name + ": " + damage.what + ": " + e, e);
    }
  }

  private static void damage(SimulatedDisk disk, Damage damage, RandomGenerator random)
      throws IOException {
    List<String> names = disk.contents();
    String name = names.get(random.nextInt(names.size()));
    String other = names.get(random.nextInt(names.size()));
    damage.count++;
    damage.files.add(name);
    switch (random.nextInt(16)) {
      case 0 -> {
        disk.lose(name);
        damage.what.append(" lost ").append(name);
      }
      case 1 -> {
        byte[] bytes = disk.contents(name);
        disk.rot(name, disk.contents(other));
        disk.rot(other, bytes);
        damage.files.add(other);
        damage.what.append(" swapped ").append(name).append(" and ").append(other);
      }
      case 2 -> {
        disk.rot(name, disk.contents(other));
        damage.what.append(" copied ").append(other).append(" to ").append(name);
      }
      case 3 -> {
        String stray = STRAY.get(random.nextInt(STRAY.size()));
        if (!names.contains(stray)) {
          try (var file = disk.create(stray)) {
            byte[] bytes =
                random.nextBoolean() ? disk.contents(other) : Mutation.random(64, random);
            file.write(ByteBuffer.wrap(bytes), 0);
          }
          damage.files.add(stray);
          damage.what.append(" stray ").append(stray);
        }
      }
      default -> {
        disk.rot(name, Mutation.of(disk.contents(name), random));
        damage.what.append(" mutated ").append(name);
      }
    }
  }

  /// What `log verify` says of the directory, which it does not change.
  ///
  /// @return whether all is intact
  private static boolean verify(SimulatedDisk disk) throws IOException {
    try {
      Verification.Result result = Verification.of(disk, false);
      for (String finding : result.findings()) {
        assertThat(finding).contains("disk").doesNotContain("\n");
      }
      return result.intact();
    } catch (StorageException e) {
      assertThat(e.getMessage()).startsWith("disk").doesNotContain("\n");
      return false;
    }
  }

  /// @return whether it could be opened
  private static boolean start(PreparedDirectory directory, SimulatedDisk disk, Damage damage)
      throws IOException {
    SegmentedLog log = null;
    NodeStorage storage = null;
    try {
      log =
          DataDirectory.open(
              disk,
              PreparedDirectory.CLUSTER,
              PreparedDirectory.SELF,
              7,
              PreparedDirectory.OPTIONS);
      storage = new NodeStorage(log, SnapshotStore.open(disk, PreparedDirectory.CLUSTER), 1 << 20);
      SessionMachine machine = PreparedDirectory.newMachine();
      NodeStorage.Recovered recovered = storage.recover(machine);
      if (directory.log.isEmpty()) {
        return true;
      }
      Raft raft =
          new Raft(config(), log.hardState(), log, storage.held(), recovered.members(), random());
      damage.named |= raft.damage().any() || log.hardState().lost();
      judgeHardState(directory, log.hardState(), damage);
      judgeState(directory, recovered, machine);
      judgeLog(directory, log, raft, recovered, damage);
      return true;
    } catch (StorageException e) {
      assertThat(e.getMessage()).startsWith("disk").doesNotContain("\n").contains("; ");
      return false;
    } finally {
      if (storage != null) {
        storage.close();
      } else if (log != null) {
        log.close();
      }
    }
  }

  private static RaftConfig config() {
    return new RaftConfig(
        PreparedDirectory.SELF,
        7,
        List.of(PreparedDirectory.SELF),
        10,
        3,
        RaftConfig.Features.PAPER,
        RaftConfig.Limits.DEFAULT);
  }

  private static RandomGenerator random() {
    return new SplittableRandom(1);
  }

  private static void judgeHardState(PreparedDirectory directory, HardState found, Damage damage) {
    if (found.lost()) {
      assertThat(damage.files).as("lost the term and the vote").contains("hard-state");
    } else {
      assertThat(found).isEqualTo(directory.hardState);
    }
  }

  private static void judgeState(
      PreparedDirectory directory, NodeStorage.Recovered recovered, SessionMachine machine)
      throws IOException {
    if (recovered.last().index() > 0) {
      assertThat(PreparedDirectory.bytes(machine.state()))
          .as("the state at %s", recovered.last())
          .isEqualTo(directory.states.get(recovered.last().index()));
    }
  }

  private static void judgeLog(
      PreparedDirectory directory,
      SegmentedLog log,
      Raft raft,
      NodeStorage.Recovered recovered,
      Damage damage) {
    long last = log.terms().lastIndex();
    boolean precise = damage.count == 1;
    if (precise) {
      assertThat(last).isBetween(directory.certainlySynced, directory.log.lastKey());
    }
    boolean lost = log.terms().base().index() > recovered.last().index();
    if (lost) {
      assertThat(raft.damage().front()).as("says that the front is lost").isTrue();
    }
    for (long index = log.terms().firstIndex(); index <= last; index++) {
      Entry expected = directory.log.get(index);
      try {
        Entry found = log.read(index, index, 1).getFirst();
        if (precise) {
          assertThat(found).isEqualTo(expected);
        } else {
          assertThat(found).isIn(directory.everWritten);
        }
      } catch (DamagedEntryException e) {
        assertThat(directory.everWritten).anyMatch(e.entry()::matches);
        boolean covered = index <= recovered.last().index();
        assertThat(covered || raft.damage().any()).as("says that %d is lost", index).isTrue();
      }
    }
  }
}
