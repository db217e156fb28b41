package io.raftctl.storage.snapshot;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.Disk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Makes the data directory of a new cluster's node out of a snapshot.
///
/// The cluster gets another id than the one that the snapshot comes from, so that a node of the old
/// one and a node of the new one refuse each other: both go on from the same index, and each index
/// would mean two things. Who was a member of the old cluster is not taken over. Every node of the
/// new one is made from the same snapshot.
public final class Restore {
  private Restore() {}

  /// Fills an empty directory. A crash on the way leaves one that a next attempt fills.
  ///
  /// @param incarnation of the directory
  /// @param source the snapshot, from its front
  /// @param name as error messages name it
  /// @throws SnapshotDamagedException where the snapshot is not intact
  /// @throws StorageException where the directory is in use, or the cluster's id is the old one
  public static Snapshot into(
      Disk disk, String cluster, NodeId node, long incarnation, InputStream source, String name)
      throws IOException {
    SnapshotReader reader = new SnapshotReader(source, name);
    SnapshotHeader header = reader.header();
    if (header.cluster().equals(cluster)) {
      throw new StorageException(
          "%s is of cluster '%s' itself; give the new cluster another name, so that no node of the"
                  .formatted(name, cluster)
              + " old one can join it");
    }
    LogOptions options = new LogOptions(LogOptions.SEGMENT_BYTES_DEFAULT, Runnable::run);
    Snapshot[] restored = new Snapshot[1];
    DataDirectory.create(
        disk, cluster, node, incarnation, options, _ -> restored[0] = plant(disk, cluster, reader));
    return restored[0];
  }

  /// Writes the snapshot that `reader` has begun to read as one of another cluster, and of nobody's
  /// configuration.
  public static Snapshot plant(Disk disk, String cluster, SnapshotReader reader)
      throws IOException {
    return SnapshotStore.open(disk, cluster)
        .save(reader.header().last(), new byte[0], writer -> copy(reader, writer));
  }

  private static void copy(SnapshotReader reader, SnapshotWriter writer) throws IOException {
    reader.sections(
        (number, data) -> {
          try (OutputStream section = writer.section(number)) {
            data.transferTo(section);
          }
        });
  }
}
