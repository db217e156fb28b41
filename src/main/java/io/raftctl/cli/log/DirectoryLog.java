package io.raftctl.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.client.LogEntry;
import io.raftctl.node.CommandEnvelope;
import io.raftctl.raft.Entry;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.DataDirectory.Identity;
import io.raftctl.storage.FileDisk;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The log that lies in a data directory, committed or not.
final class DirectoryLog implements LogSource {
  private static final int ATTEMPTS_MAX = 5;

  private final String name;
  private final FileDisk disk;
  private final Identity identity;
  private final Inspection log;
  private final boolean inUse;

  private DirectoryLog(
      String name, FileDisk disk, Identity identity, Inspection log, boolean inUse) {
    this.name = name;
    this.disk = disk;
    this.identity = identity;
    this.log = log;
    this.inUse = inUse;
  }

  /// @throws StorageException where the log is damaged so that it cannot be walked
  static DirectoryLog open(String name, Path path) throws IOException {
    FileDisk disk = FileDisk.look(path);
    Identity identity = DataDirectory.identity(disk);
    boolean inUse = disk.isInUse();
    // What a node is writing at this moment may look like damage, and be whole a moment later.
    for (int attempt = 1; inUse && attempt < ATTEMPTS_MAX; attempt++) {
      try {
        return new DirectoryLog(name, disk, identity, Inspection.open(disk, identity), true);
      } catch (StorageException | IOException e) {
        inUse = disk.isInUse();
      }
    }
    return new DirectoryLog(name, disk, identity, Inspection.open(disk, identity), inUse);
  }

  @Override
  public String name() {
    return name;
  }

  Identity identity() {
    return identity;
  }

  @Override
  public long firstIndex() {
    return log.terms().firstIndex();
  }

  @Override
  public long lastIndex() {
    return log.terms().lastIndex();
  }

  /// What a snapshot holds is committed, and so is what the client of a later command knew.
  @Override
  public long committedIndex() throws IOException {
    List<String> snapshots = SnapshotStore.names(disk);
    long committed = log.terms().base().index();
    if (!snapshots.isEmpty()) {
      String newest = snapshots.getLast();
      committed = Math.max(committed, Long.parseLong(newest.substring(newest.indexOf('-') + 1)));
    }
    Inspection.Walk walk = log.walk(1);
    for (Inspection.Found it = walk.next(); it != null; it = walk.next()) {
      byte[] data = it.data();
      if (data != null) {
        committed = Math.max(committed, knownBy(new Entry(it.id(), it.kind(), data)));
      }
    }
    return Math.min(committed, lastIndex());
  }

  /// The index that the client of an entry knew to be committed when it sent it, or 0.
  static long knownBy(Entry entry) {
    SessionCommand command = command(entry);
    long since = command instanceof SessionCommand.Once once ? once.stamp().since() : 0;
    return since < entry.index() ? since : 0;
  }

  @Override
  public boolean isInUse() {
    return inUse;
  }

  @Override
  public Records records(long index) {
    Inspection.Walk walk = log.walk(index);
    return () -> {
      Inspection.Found found = walk.next();
      return found == null ? null : record(found);
    };
  }

  @Override
  public void close() throws IOException {
    log.close();
    disk.close();
  }

  private static LogRecord record(Inspection.Found found) {
    byte[] data = found.data();
    Entry entry = new Entry(found.id(), found.kind(), data == null ? new byte[0] : data);
    return new LogRecord(shown(entry), found.where(), found.replaced(), data == null);
  }

  private static LogEntry shown(Entry entry) {
    SessionCommand command = command(entry);
    String kind =
        switch (entry.kind()) {
          case NO_OP -> "no-op";
          case CONFIGURATION -> "configuration";
          case COMMAND -> command instanceof SessionCommand.Cancel ? "cancel" : LogEntry.COMMAND;
        };
    byte[] bytes =
        switch (command) {
          case SessionCommand.Plain plain -> plain.command();
          case SessionCommand.Once once -> once.command();
          case null -> entry.kind() == Entry.Kind.COMMAND ? entry.data() : new byte[0];
          case SessionCommand.Cancel _ -> new byte[0];
        };
    boolean hasText = kind.equals(LogEntry.COMMAND) && command != null;
    return new LogEntry(
        entry.index(),
        entry.term(),
        kind,
        command == null ? null : command.id().toString(),
        bytes,
        hasText ? text(bytes) : null);
  }

  /// Null where the entry is no command, or one of a version that is not known.
  private static @Nullable SessionCommand command(Entry entry) {
    if (entry.kind() != Entry.Kind.COMMAND) {
      return null;
    }
    try {
      return CommandEnvelope.decode(entry.data());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
