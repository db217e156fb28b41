package io.raftctl.node.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotDamagedException;
import io.raftctl.storage.snapshot.SnapshotFormat;
import io.raftctl.storage.snapshot.SnapshotReader;
import io.raftctl.storage.snapshot.SnapshotStore;
import io.raftctl.storage.snapshot.SnapshotWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// What entries up to `last` came to: all that a node needs to go on without them. It never
/// changes, so it is written while the node goes on.
///
/// Whatever else is replicated belongs here too, each in a section of its own: client sessions have
/// [SnapshotFormat#SESSIONS].
///
/// @param configuration the data of the latest configuration entry; empty where there is none
public record AppliedState(EntryId last, byte[] configuration, StateMachine.State machine) {
  /// Writes the sections of a snapshot.
  public void write(SnapshotWriter writer) throws IOException {
    try (OutputStream section = writer.section(SnapshotFormat.STATE)) {
      machine.write(section);
    }
  }

  /// Reads snapshots of a machine's states.
  public static SnapshotStore.Loader<AppliedState> loader(StateMachine machine) {
    return reader -> read(reader, machine);
  }

  private static AppliedState read(SnapshotReader reader, StateMachine machine) throws IOException {
    Sections sections = new Sections(machine);
    reader.sections(sections::take);
    if (sections.state == null) {
      throw new StorageException("a snapshot without the state of the state machine");
    }
    return new AppliedState(
        reader.header().last(), reader.header().configuration(), sections.state);
  }

  /// What was read so far.
  private static final class Sections {
    private final StateMachine machine;
    private StateMachine.@Nullable State state;

    Sections(StateMachine machine) {
      this.machine = machine;
    }

    void take(int number, InputStream data) throws IOException {
      if (number != SnapshotFormat.STATE) {
        throw new StorageException(
            "a snapshot has the section %d, which this raftctl does not know; use the raftctl that"
                    .formatted(number)
                + " wrote it");
      }
      try {
        state = machine.read(data);
      } catch (SnapshotDamagedException e) {
        throw e; // Another copy may be whole.
      } catch (IOException e) {
        throw new StorageException(
            "a snapshot is intact and yet not understood: " + e.getMessage(), e);
      }
    }
  }
}
