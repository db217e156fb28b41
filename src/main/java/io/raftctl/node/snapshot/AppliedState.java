package io.raftctl.node.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotDamagedException;
import io.raftctl.storage.snapshot.SnapshotFormat;
import io.raftctl.storage.snapshot.SnapshotReader;
import io.raftctl.storage.snapshot.SnapshotStore;
import io.raftctl.storage.snapshot.SnapshotWriter;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// What entries up to `last` came to: all that a node needs to go on without them. It never
/// changes, so it is written while the node goes on.
///
/// @param configuration the data of the latest configuration entry; empty where there is none
public record AppliedState(EntryId last, byte[] configuration, SessionMachine.State state) {
  /// Writes the sections of a snapshot.
  public void write(SnapshotWriter writer) throws IOException {
    try (OutputStream section = writer.section(SnapshotFormat.STATE)) {
      state.machine().write(section);
    }
    try (DataOutputStream section = new DataOutputStream(writer.section(SnapshotFormat.SESSIONS))) {
      state.sessions().save(section);
    }
  }

  /// Reads snapshots of a machine's states.
  public static SnapshotStore.Loader<AppliedState> loader(SessionMachine machine) {
    return reader -> read(reader, machine);
  }

  private static AppliedState read(SnapshotReader reader, SessionMachine machine)
      throws IOException {
    Sections sections = new Sections(reader.name(), machine);
    reader.sections(sections::take);
    if (sections.state == null || sections.sessions == null) {
      throw new StorageException(
          reader.name() + " lacks the state or the sessions; use the raftctl that wrote it");
    }
    requireConfiguration(reader);
    return new AppliedState(
        reader.header().last(),
        reader.header().configuration(),
        new SessionMachine.State(sections.state, sections.sessions));
  }

  private static void requireConfiguration(SnapshotReader reader) {
    byte[] configuration = reader.header().configuration();
    try {
      if (configuration.length > 0) {
        var _ = ConfigurationFormat.decode(configuration);
      }
    } catch (IllegalArgumentException e) {
      throw new StorageException(
          "%s names the members in a way that is not understood (%s); use the raftctl that wrote it"
              .formatted(reader.name(), e.getMessage()),
          e);
    }
  }

  /// What was read so far.
  private static final class Sections {
    private final String name;
    private final SessionMachine machine;
    private StateMachine.@Nullable State state;
    private @Nullable SessionTable sessions;

    Sections(String name, SessionMachine machine) {
      this.name = name;
      this.machine = machine;
    }

    void take(int number, InputStream data) throws IOException {
      try {
        switch (number) {
          case SnapshotFormat.STATE -> state = machine.readMachine(data);
          case SnapshotFormat.SESSIONS -> sessions = machine.readSessions(data);
          default ->
              throw new StorageException(
                  "%s has the section %d, which this raftctl does not know; use the raftctl that"
                          .formatted(name, number)
                      + " wrote it");
        }
      } catch (SnapshotDamagedException e) {
        throw e; // Another copy may be whole.
      } catch (IOException e) {
        String why = e.getMessage() == null ? "it ends too early" : e.getMessage();
        throw new StorageException(
            name + " is intact and yet not understood: " + why + "; use the raftctl that wrote it",
            e);
      }
    }
  }
}
