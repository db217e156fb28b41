package io.raftctl.storage;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.storage.log.LogStart;
import io.raftctl.storage.log.SegmentName;
import io.raftctl.storage.log.SegmentedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's directory: the file `identity` says whose it is, and that it is complete.
///
/// ```
/// identity       a ControlBlock: lengths and texts of the cluster's and the node's id, and from
///                version 2 on the incarnation, a long
/// hard-state     see HardStateFile
/// log-00000001   see log.RecordFormat; more follow
/// log-start      see log.LogStart
/// spare-...      see log.Spares; segments that the log does not need any more
/// repair-...     see log.RepairNotes; while lost entries are written anew
/// snapshot-...   see snapshot.SnapshotStore
/// ```
///
/// The identity is the first file that is made, under the name `identity.tmp`, and gets its real
/// name when all others are there; each step is synced before the next. So an `identity.tmp` means
/// that a first start was cut short, and that no promise was ever made from here: it begins anew.
public final class DataDirectory {
  /// The file that says whose directory it is.
  public static final String IDENTITY = "identity";

  static final String TEMPORARY = "identity.tmp";

  private static final long MAGIC = 0x7261667463746c49L; // "raftctlI"
  private static final int VERSION_WITHOUT_INCARNATION = 1;
  private static final int VERSION = 2;
  private static final int CLUSTER_BYTES_MAX = 256;

  /// What a first start makes, in the order in which it may be removed again.
  private static final List<String> PARTS =
      List.of(SegmentName.TEMPORARY, SegmentName.of(1), HardStateFile.NAME, TEMPORARY);

  /// Whose directory it is.
  ///
  /// @param incarnation drawn when the directory was made; [Incarnation#OLDER] where an older build
  ///   made it
  /// @param owner the checksum of the identity, which all files of the log bear
  public record Identity(String cluster, NodeId node, long incarnation, int owner) {}

  private DataDirectory() {}

  /// Opens the log of a node. An empty directory becomes that node's.
  ///
  /// @param cluster the id of the cluster, at most 256 bytes in UTF-8
  /// @param incarnation for a directory that is made by this; one that is there keeps its own
  /// @return the log, recovered and synced
  /// @throws StorageException where the directory is another node's or no node's, or is damaged;
  ///   nothing in it is changed then
  public static SegmentedLog open(
      Disk disk, String cluster, NodeId node, long incarnation, LogOptions options) {
    try {
      ByteBuffer fresh = encode(cluster, node, incarnation);
      List<String> names = disk.list();
      int owner = fresh.getInt(0);
      if (names.contains(IDENTITY)) {
        owner = ours(disk, cluster, node).owner();
        requireComplete(disk, names, owner);
        if (!names.contains(HardStateFile.NAME)) {
          HardStateFile.replaceLost(disk);
        }
      } else {
        requireUnused(disk, names);
        initialise(disk, names, fresh, options, _ -> {});
      }
      return SegmentedLog.open(disk, owner, options);
    } catch (IOException e) {
      throw StorageException.failed(e);
    }
  }

  /// Makes the directory of a node that does not begin with nothing.
  ///
  /// @param incarnation of the directory
  /// @param seed writes into the empty log and beside it what the node begins with, synced
  /// @throws StorageException where the directory is in use
  public static void create(
      Disk disk, String cluster, NodeId node, long incarnation, LogOptions options, Seed seed)
      throws IOException {
    ByteBuffer identity = encode(cluster, node, incarnation);
    requireNone(disk);
    initialise(disk, disk.list(), identity, options, seed);
  }

  /// Nothing must be there but what an attempt to make one has left.
  ///
  /// @throws StorageException where the directory is in use
  public static void requireNone(Disk disk) throws IOException {
    List<String> names = disk.list();
    if (names.contains(IDENTITY)) {
      throw new StorageException(disk + " is a node's data directory already; choose an empty one");
    }
    requireUnused(disk, names);
  }

  /// Writes what a node begins with.
  @FunctionalInterface
  public interface Seed {
    /// @param log the log, empty; whoever opens it closes it
    void plant(EmptyLog log) throws IOException;
  }

  /// A log that is there and not open.
  @FunctionalInterface
  public interface EmptyLog {
    SegmentedLog open() throws IOException;
  }

  /// Reads whose directory it is; changes nothing.
  ///
  /// @throws StorageException where it is nobody's, or its identity is not intact
  public static Identity identity(Disk disk) throws IOException {
    if (!disk.list().contains(IDENTITY)) {
      throw new StorageException(
          disk + " is not a node's data directory: it has no file " + IDENTITY);
    }
    ByteBuffer block = block(disk);
    if (block == null) {
      throw StorageException.damaged(disk, IDENTITY, "the identity of the node is not intact");
    }
    String cluster = text(block);
    NodeId node = new NodeId(text(block));
    boolean older = ControlBlock.version(block) == VERSION_WITHOUT_INCARNATION;
    long incarnation = older ? Incarnation.OLDER : block.getLong();
    return new Identity(cluster, node, incarnation, block.getInt(0));
  }

  /// Looks whether the directory is another node's, before anybody takes it. What is nobody's, or
  /// has no intact identity, is left for [#open] to judge.
  ///
  /// @throws StorageException where it is another node's
  public static void requireNotAnothers(Disk disk, String cluster, NodeId node) throws IOException {
    if (disk.list().contains(IDENTITY) && block(disk) != null) {
      ours(disk, cluster, node);
    }
  }

  /// Null where it is not intact.
  private static @Nullable ByteBuffer block(Disk disk) throws IOException {
    return block(disk, IDENTITY);
  }

  private static @Nullable ByteBuffer block(Disk disk, String name) throws IOException {
    try (Disk.File file = disk.open(name)) {
      return ControlBlock.read(disk, name, file, 0, MAGIC, VERSION);
    }
  }

  private static void initialise(
      Disk disk, List<String> names, ByteBuffer identity, LogOptions options, Seed seed)
      throws IOException {
    int owner = identity.getInt(0);
    for (String part : names.stream().filter(DataDirectory::isSeed).toList()) {
      disk.remove(part);
    }
    for (String part : PARTS) {
      if (names.contains(part)) {
        disk.remove(part);
        disk.syncDirectory();
      }
    }
    try (Disk.File file = disk.create(TEMPORARY)) {
      file.write(identity, 0);
      file.sync();
    }
    disk.syncDirectory();
    SegmentedLog.create(disk, owner, options);
    seed.plant(() -> SegmentedLog.open(disk, owner, options));
    disk.rename(TEMPORARY, IDENTITY);
    disk.syncDirectory();
  }

  private static void requireUnused(Disk disk, List<String> names) throws IOException {
    boolean cutShort =
        names.contains(TEMPORARY)
            && names.stream().allMatch(name -> PARTS.contains(name) || isSeed(name));
    if (!names.isEmpty() && !cutShort) {
      throw foreign(disk.toString(), names.getFirst());
    }
    if (names.size() > 1) {
      requireAttempt(disk, names);
    }
  }

  /// The identity of a first start is synced before any other file is made, and they bear it. What
  /// bears another one, a node has left that lost its own: it may have promised anything.
  private static void requireAttempt(Disk disk, List<String> names) throws IOException {
    ByteBuffer block = block(disk, TEMPORARY);
    if (block == null) {
      throw StorageException.damaged(
          disk,
          TEMPORARY,
          "the identity of a first start is not intact, and other files are there");
    }
    if (names.contains(HardStateFile.NAME)) {
      HardStateFile.open(disk, block.getInt(0)).close();
    }
  }

  /// Snapshots and further segments, with which a restored node begins.
  private static boolean isSeed(String name) {
    return name.startsWith("snapshot")
        || name.startsWith(LogStart.NAME)
        || SegmentName.isSpare(name)
        || (SegmentName.is(name) && !name.equals(SegmentName.of(1)));
  }

  /// The refusal of a directory that something else uses.
  static StorageException foreign(String directory, String file) {
    return new StorageException(
        directory
            + " is neither empty nor a raftctl data directory (it holds "
            + file
            + "); choose another --data-dir");
  }

  private static Identity ours(Disk disk, String cluster, NodeId node) throws IOException {
    Identity found = identity(disk);
    if (!found.cluster.equals(cluster) || !found.node.equals(node)) {
      throw new StorageException(
          "%s belongs to node %s of cluster '%s', not to node %s of cluster '%s'; check the ids and"
                  .formatted(disk, found.node, found.cluster, node, cluster)
              + " the directory");
    }
    return found;
  }

  private static void requireComplete(Disk disk, List<String> names, int owner) throws IOException {
    String firstSegment = SegmentName.of(LogStart.read(disk, owner));
    if (!names.contains(firstSegment)) {
      throw StorageException.damaged(disk, firstSegment, "the file is missing");
    }
  }

  /// Whether a directory that nobody holds can be ours: before anything is written into it, as
  /// others have files called `identity` too. One whose identity rotted is known by the others.
  ///
  /// @param identity how the file `identity` begins; empty where there is none
  static boolean mayBeOurs(List<String> names, ByteBuffer identity) {
    return ControlBlock.hasMagic(identity, MAGIC)
        || (names.containsAll(List.of(IDENTITY, HardStateFile.NAME))
            && names.stream().anyMatch(SegmentName::is))
        || (names.contains(TEMPORARY) && !names.contains(IDENTITY));
  }

  private static ByteBuffer encode(String cluster, NodeId node, long incarnation) {
    byte[] clusterBytes = cluster.getBytes(StandardCharsets.UTF_8);
    if (clusterBytes.length > CLUSTER_BYTES_MAX) {
      throw new IllegalArgumentException("the id of the cluster is longer than 256 bytes");
    }
    byte[] nodeBytes = node.value().getBytes(StandardCharsets.UTF_8);
    return ControlBlock.seal(
        ControlBlock.begin(MAGIC, VERSION)
            .putInt(clusterBytes.length)
            .put(clusterBytes)
            .putInt(nodeBytes.length)
            .put(nodeBytes)
            .putLong(incarnation));
  }

  private static String text(ByteBuffer block) {
    byte[] bytes = new byte[block.getInt()];
    block.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
