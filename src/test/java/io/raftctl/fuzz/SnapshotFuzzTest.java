package io.raftctl.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.storage.Disk;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotDamagedException;
import io.raftctl.storage.snapshot.SnapshotFormat;
import io.raftctl.storage.snapshot.SnapshotHeader;
import io.raftctl.storage.snapshot.SnapshotStore;
import io.raftctl.storage.snapshot.SnapshotWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A snapshot whose bytes are others, and whose checksums may fit them all the same: a file that
/// somebody hands to an operator, or that a peer with another idea of the format sends.
@Timeout(86_400)
class SnapshotFuzzTest {
  private static final String NAME = "snapshot-0000000000000009";
  private static final EntryId LAST = new EntryId(3, 9);
  private static final byte[] MEMBERS =
      ConfigurationFormat.encode(
          Configuration.of(new TreeSet<>(List.of(new NodeId("1"), new NodeId("2")))));

  private final byte[] state;
  private final byte[] sessions;

  SnapshotFuzzTest() throws IOException {
    SessionMachine machine = PreparedDirectory.newMachine();
    for (int i = 1; i <= 9; i++) {
      byte[] command = ("put key-" + i % 4 + " value-" + i).getBytes(UTF_8);
      Stamp stamp = Stamp.first(new RequestId(i % 3, i), 0);
      machine.apply(new Place(1, i), new SessionCommand.Once(stamp, command));
    }
    state = bytes(machine.state().machine()::write);
    sessions = bytes(out -> machine.state().sessions().save(new DataOutputStream(out)));
  }

  @Test
  void aSnapshotIsLoadedOrRefusedInOneLine() throws Exception {
    new Inputs(getClass(), 0.05, 5_000, 32 << 20).each(this::attempt);
  }

  private void attempt(RandomGenerator random) throws IOException {
    SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
    try (Disk.File file = disk.create(NAME)) {
      file.write(ByteBuffer.wrap(snapshot(random)), 0);
    }
    SessionMachine machine = PreparedDirectory.newMachine();
    try {
      SnapshotStore.Loaded<AppliedState> loaded =
          SnapshotStore.look(disk, "test", NAME, AppliedState.loader(machine));
      AppliedState found = loaded.value();
      var _ = new NodeStorage.Recovered(found.last(), found.configuration()).members();
      machine.restore(found.state());
    } catch (StorageException | SnapshotDamagedException e) {
      assertThat(e.getMessage()).contains(NAME).doesNotContain("\n");
    }
  }

  private byte[] snapshot(RandomGenerator random) throws IOException {
    return switch (random.nextInt(4)) {
      case 0 -> Mutation.of(written(MEMBERS, state, sessions), random);
      case 1 -> withOtherHeader(written(MEMBERS, state, sessions), random);
      case 2 -> written(mutated(MEMBERS, random), mutated(state, random), sessions);
      default -> written(MEMBERS, state, mutated(sessions, random));
    };
  }

  private static byte[] mutated(byte[] bytes, RandomGenerator random) {
    return random.nextInt(3) == 0 ? bytes : Mutation.of(bytes, random);
  }

  private static byte[] written(byte[] members, byte[] state, byte[] sessions) throws IOException {
    return bytes(
        out -> {
          SnapshotWriter writer =
              new SnapshotWriter(out, new SnapshotHeader(LAST, "test", members));
          try (OutputStream section = writer.section(SnapshotFormat.STATE)) {
            section.write(state);
          }
          try (OutputStream section = writer.section(SnapshotFormat.SESSIONS)) {
            section.write(sessions);
          }
          writer.finish();
        });
  }

  /// The header says something else, and its checksum fits that.
  private static byte[] withOtherHeader(byte[] snapshot, RandomGenerator random) {
    ByteBuffer bytes = ByteBuffer.wrap(snapshot);
    int length = bytes.getInt(12);
    byte[] front = new byte[length - 4];
    bytes.get(0, front);
    byte[] changed = Mutation.of(front, random);
    bytes.put(0, changed, 0, Math.min(changed.length, front.length));
    int announced = bytes.getInt(12);
    int end = announced >= 20 && announced <= snapshot.length ? announced : length;
    CRC32C crc = new CRC32C();
    crc.update(snapshot, 0, end - 4);
    bytes.putInt(end - 4, (int) crc.getValue());
    return snapshot;
  }

  private interface Writing {
    void to(OutputStream target) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writing.to(bytes);
    return bytes.toByteArray();
  }
}
