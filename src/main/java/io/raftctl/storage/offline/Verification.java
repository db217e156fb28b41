package io.raftctl.storage.offline;

import io.raftctl.raft.log.TermRuns;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.DataDirectory.Identity;
import io.raftctl.storage.Disk;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.snapshot.SnapshotDamagedException;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads every byte of a data directory that counts, and says which are not what was written.
public final class Verification {
  private static final int ATTEMPTS_MAX = 5;

  private final Disk disk;
  private final List<String> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable Identity identity;
  private @Nullable TermRuns terms;
  private long snapshotIndex;

  private Verification(Disk disk) {
    this.disk = disk;
  }

  /// What was found.
  ///
  /// @param identity null where it is not intact; then the log cannot be judged either
  /// @param terms the entries; null where the log cannot be walked to its end
  /// @param snapshotIndex the last entry that the newest intact snapshot holds, or 0
  /// @param findings what is damaged and where, a line each
  /// @param notes what is worth to know and is no damage, a line each
  public record Result(
      @Nullable Identity identity,
      @Nullable TermRuns terms,
      long snapshotIndex,
      List<String> findings,
      List<String> notes) {
    public boolean intact() {
      return findings.isEmpty();
    }
  }

  /// Verifies a directory.
  ///
  /// @param inUse whether a node writes to it meanwhile. What is half written looks like damage,
  ///   and is whole a moment later; so only what is found twice in a row counts then
  public static Result of(Disk disk, boolean inUse) throws IOException {
    Result result = once(disk);
    for (int i = 1; inUse && !result.intact() && i < ATTEMPTS_MAX; i++) {
      List<String> before = result.findings;
      result = once(disk);
      List<String> again = result.findings.stream().filter(before::contains).toList();
      if (!again.isEmpty()) {
        return new Result(result.identity, result.terms, result.snapshotIndex, again, result.notes);
      }
    }
    return result;
  }

  private static Result once(Disk disk) throws IOException {
    Verification verification = new Verification(disk);
    verification.run();
    return new Result(
        verification.identity,
        verification.terms,
        verification.snapshotIndex,
        verification.findings,
        verification.notes);
  }

  private void run() throws IOException {
    if (!disk.list().contains(DataDirectory.IDENTITY)) {
      identity = DataDirectory.identity(disk); // Says that this is no data directory.
      return;
    }
    guarded(() -> identity = DataDirectory.identity(disk));
    Identity whose = identity;
    if (whose == null) {
      notes.add("log, hard state and snapshots were not judged: they need the identity");
      return;
    }
    guarded(() -> checkHardState(whose));
    guarded(() -> checkLog(whose));
    checkSnapshots(whose);
  }

  private void checkHardState(Identity whose) throws IOException {
    Inspection.hardState(disk, whose);
    findings.addAll(Inspection.hardStateRot(disk, whose));
  }

  private void checkLog(Identity whose) throws IOException {
    try (Inspection log = Inspection.open(disk, whose)) {
      findings.addAll(log.rot());
      terms = log.terms();
      String torn = log.tornAt();
      if (torn != null) {
        notes.add(
            "%s/%s: the tail behind is torn; it was never synced, and the next start cuts it off"
                .formatted(disk, torn));
      }
    }
  }

  private void checkSnapshots(Identity whose) throws IOException {
    for (String name : SnapshotStore.names(disk)) {
      guarded(
          () -> {
            SnapshotStore.Loaded<Long> loaded =
                SnapshotStore.look(disk, whose.cluster(), name, Survivor::skim);
            snapshotIndex = Math.max(snapshotIndex, loaded.snapshot().last().index());
          });
    }
    for (String name : disk.list()) {
      if (name.startsWith("snapshot-") && name.endsWith(".damaged")) {
        notes.add("%s/%s: a node has found this snapshot damaged before".formatted(disk, name));
      }
    }
    TermRuns held = terms;
    if (held != null && held.base().index() > snapshotIndex) {
      findings.add(
          "%s: the log begins after entry %d, and no intact snapshot holds what was before"
              .formatted(disk, held.base().index()));
    }
  }

  /// One thing to look at.
  @FunctionalInterface
  private interface Check {
    void run() throws IOException;
  }

  private void guarded(Check check) throws IOException {
    try {
      check.run();
    } catch (StorageException e) {
      findings.add(e.finding());
    } catch (SnapshotDamagedException e) {
      findings.add(String.valueOf(e.getMessage()));
    }
  }
}
