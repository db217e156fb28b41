package io.raftctl.storage.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.storage.Disk;
import io.raftctl.storage.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The snapshots of a data directory: the newest, and the one before it for as long as the newest
/// might turn out to be rotten.
///
/// ```
/// snapshot-0000000000001234           holds what entries up to index 1234 came to
/// snapshot.tmp                        being written
/// incoming-1234-5-98765-0a1b2c3d      being received: index, term, length, checksum
/// snapshot-0000000000001234.damaged   found rotten, kept for a person to look at
/// ```
///
/// A snapshot gets its name when all of it is written and synced, and nobody relies on it before
/// the directory is synced too. So what bears the name is whole, or has rotted: a crash leaves a
/// file of another name, which is removed at the next start (one being received goes on instead,
/// and is verified at its end). The snapshot may be ahead of the log then: whoever starts the node
/// puts it in the place of the log.
///
/// Where none that is intact reaches the log, a start changes nothing, and the node asks its peers
/// for one. What is there stays until that has come, and is put aside before it gets its name.
///
/// Nothing that a node promised rests on the *writing* of a snapshot: where it fails, the log has
/// everything still. So an [IOException] from here, a full disk too, ends no node.
///
/// Safe for several threads; one at a time saves, one at a time receives.
public final class SnapshotStore {
  private static final String PREFIX = "snapshot-";
  private static final int INDEX_DIGITS_MAX = 18; // What a long certainly holds.
  private static final String TEMPORARY = "snapshot.tmp";
  private static final String DAMAGED = ".damaged";
  private static final int BUFFER_BYTES = 64 << 10;

  private final Disk disk;
  private final String cluster;

  /// In the order of their last entries. Another list takes its place where they change, under the
  /// lock of `rotten`: each turn asks for them.
  private volatile List<Snapshot> snapshots = List.of();

  /// Rotten ones that keep their names, because no intact one reaches the log: until there is one,
  /// the next start tries them once more. Guarded by itself.
  private final List<String> rotten = new ArrayList<>();

  private volatile List<String> passedOver = List.of();

  private @Nullable Incoming incoming;

  /// Writes what a snapshot holds.
  @FunctionalInterface
  public interface Body {
    void write(SnapshotWriter writer) throws IOException;
  }

  /// Makes something out of what a snapshot holds. It reads to the end.
  @FunctionalInterface
  public interface Loader<T> {
    T load(SnapshotReader reader) throws IOException;
  }

  /// What a snapshot came to.
  public record Loaded<T>(Snapshot snapshot, T value) {}

  private SnapshotStore(Disk disk, String cluster) {
    this.disk = disk;
    this.cluster = cluster;
  }

  /// Finds the snapshots of a directory, and removes what a crash left of one that was written.
  public static SnapshotStore open(Disk disk, String cluster) {
    try {
      SnapshotStore store = new SnapshotStore(disk, cluster);
      for (String name : disk.list()) {
        if (name.equals(TEMPORARY)) {
          disk.remove(name);
        } else if (Incoming.isName(name)) {
          store.resume(name);
        }
      }
      disk.syncDirectory();
      return store;
    } catch (IOException e) {
      throw StorageException.failed(e);
    }
  }

  /// Whether a data directory may hold a file of this name because of snapshots.
  public static boolean isPart(String name) {
    return name.startsWith(PREFIX) || isWritten(name) || isReceived(name);
  }

  /// Whether a file is a snapshot that is being written.
  public static boolean isWritten(String name) {
    return name.equals(TEMPORARY);
  }

  /// Whether a file is a snapshot that is being received.
  public static boolean isReceived(String name) {
    return Incoming.isName(name);
  }

  /// The files that bear the name of a snapshot, in their order.
  public static List<String> names(Disk disk) throws IOException {
    return disk.list().stream().filter(SnapshotStore::isName).toList();
  }

  /// Reads a snapshot of a directory that nobody has opened, and changes nothing.
  ///
  /// @throws SnapshotDamagedException where it is not intact
  public static <T> Loaded<T> look(Disk disk, String cluster, String name, Loader<T> loader)
      throws IOException {
    Loaded<T> loaded = new SnapshotStore(disk, cluster).read(name, loader);
    if (loaded.snapshot.last().index() != index(name)) {
      throw new SnapshotDamagedException(disk + "/" + name, 0, "another snapshot is in its place");
    }
    return loaded;
  }

  static String name(EntryId last) {
    return String.format("%s%016d", PREFIX, last.index());
  }

  /// Whether a file bears the name of a snapshot.
  public static boolean isName(String name) {
    return name.startsWith(PREFIX)
        && name.length() > PREFIX.length()
        && name.length() <= PREFIX.length() + INDEX_DIGITS_MAX
        && name.chars().skip(PREFIX.length()).allMatch(c -> c >= '0' && c <= '9');
  }

  /// The last entry that the snapshot of this name holds.
  public static long index(String name) {
    return Long.parseLong(name, PREFIX.length(), name.length(), 10);
  }

  /// The snapshots that are there, in the order of their last entries.
  public List<Snapshot> snapshots() {
    return snapshots;
  }

  /// Loads the newest snapshot that is intact, at a start. One that is not is put aside, where the
  /// log goes back far enough to do without it.
  ///
  /// @param base the entry before the first one of the log
  /// @return null where there is none. If the log does not begin with the first entry, what lies
  ///   before is lost then, and nothing is changed
  /// @throws StorageException where one is of a version that is not known, or of another cluster;
  ///   nothing is changed then
  public <T> @Nullable Loaded<T> load(EntryId base, Loader<T> loader) {
    try {
      List<String> found = new ArrayList<>();
      Loaded<T> loaded = null;
      for (String name : names(disk).reversed()) {
        try {
          if (loaded == null) {
            loaded = read(name, loader);
          }
          add(loaded.snapshot.last().index() == index(name) ? loaded.snapshot : peek(name));
        } catch (SnapshotDamagedException e) {
          found.add(name);
        }
      }
      synchronized (rotten) {
        rotten.addAll(found);
      }
      if (base.index() > (loaded == null ? 0 : loaded.snapshot.last().index())) {
        return null;
      }
      condemnRotten();
      passedOver = List.copyOf(found);
      return loaded;
    } catch (IOException e) {
      throw StorageException.failed(e);
    }
  }

  /// Writes a snapshot. It is safe when this returns.
  ///
  /// @throws IOException where the disk refuses; what was written of it is removed, if possible
  public Snapshot save(EntryId last, byte[] configuration, Body body) throws IOException {
    removeIfThere(TEMPORARY);
    Snapshot snapshot;
    boolean complete = false;
    try (Disk.File file = disk.create(TEMPORARY)) {
      FileOutput output = new FileOutput(file);
      SnapshotWriter writer =
          new SnapshotWriter(output, new SnapshotHeader(last, cluster, configuration));
      body.write(writer);
      snapshot = writer.finish();
      output.flush();
      file.sync();
      complete = true;
    } finally {
      if (!complete) {
        removeQuietly(TEMPORARY);
      }
    }
    publish(TEMPORARY, snapshot);
    return snapshot;
  }

  /// Reads a part of a snapshot, for a peer.
  ///
  /// @throws IOException where it cannot be read or is not there any more
  public byte[] read(Snapshot snapshot, long position, int length) throws IOException {
    byte[] data = new byte[length];
    try (Disk.File file = disk.open(name(snapshot.last()))) {
      if (file.read(ByteBuffer.wrap(data), position) < length) {
        throw new SnapshotDamagedException(name(snapshot.last()), position, "it is cut short");
      }
    }
    return data;
  }

  /// Reads all of a snapshot to see whether it is intact.
  ///
  /// @throws SnapshotDamagedException where it is not
  public void verify(Snapshot snapshot) throws IOException {
    String name = name(snapshot.last());
    Snapshot found = read(name, reader -> reader.sections((section, data) -> {})).snapshot;
    if (!found.equals(snapshot)) {
      throw new SnapshotDamagedException(name, 0, "another snapshot is in its place");
    }
  }

  /// The files of newer snapshots that were found rotten when the one that counts was loaded.
  public List<String> passedOver() {
    return passedOver;
  }

  /// Puts a snapshot aside that turned out to be rotten.
  public void condemn(Snapshot snapshot) throws IOException {
    synchronized (rotten) {
      List<Snapshot> left = new ArrayList<>(snapshots);
      left.remove(snapshot);
      snapshots = List.copyOf(left);
    }
    condemn(name(snapshot.last()));
  }

  private void condemn(String name) throws IOException {
    disk.rename(name, name + DAMAGED);
    disk.syncDirectory();
  }

  private void condemnRotten() throws IOException {
    List<String> names;
    synchronized (rotten) {
      names = List.copyOf(rotten);
      rotten.clear();
    }
    for (String name : names) {
      condemn(name);
    }
  }

  /// Stores a part of a snapshot that a leader sends, if it continues what is there.
  ///
  /// @param term the leader's; what comes from an older one than before is ignored, and so is an
  ///   older snapshot of the same leader
  /// @return how much of the snapshot is there; -1 where it was ignored
  public long receive(long term, Snapshot snapshot, long position, byte[] data) throws IOException {
    Incoming current = incoming;
    if (current == null || !current.is(snapshot)) {
      if (current != null && !current.yieldsTo(term, snapshot)) {
        return -1;
      }
      abandonIncoming();
      current = Incoming.create(disk, snapshot);
      incoming = current;
    }
    return current.take(term, position, data);
  }

  /// Verifies the snapshot that was received whole, loads it, and makes it one of this directory.
  ///
  /// @throws SnapshotDamagedException where it is not intact; it is received anew then
  public <T> Loaded<T> finish(Snapshot snapshot, Loader<T> loader) throws IOException {
    Incoming received = Objects.requireNonNull(incoming, "a snapshot has been received");
    received.sync();
    try {
      Loaded<T> loaded = read(received.name(), loader);
      if (!loaded.snapshot.equals(snapshot)) {
        throw new SnapshotDamagedException(received.name(), 0, "it is not what was announced");
      }
      received.close();
      incoming = null;
      publish(received.name(), snapshot);
      return loaded;
    } catch (SnapshotDamagedException e) {
      abandonIncoming();
      throw e;
    }
  }

  /// Removes all but the newest two, and what was put aside.
  public void removeOld() throws IOException {
    List<Snapshot> old;
    synchronized (rotten) {
      int count = Math.max(0, snapshots.size() - 2);
      old = snapshots.subList(0, count);
      snapshots = List.copyOf(snapshots.subList(count, snapshots.size()));
    }
    List<String> names = new ArrayList<>(old.stream().map(gone -> name(gone.last())).toList());
    disk.list().stream()
        .filter(name -> name.startsWith(PREFIX) && name.endsWith(DAMAGED))
        .forEach(names::add);
    for (String name : names) {
      disk.remove(name);
    }
    if (!names.isEmpty()) {
      disk.syncDirectory();
    }
  }

  /// Closes what is being received.
  public void close() {
    try {
      if (incoming != null) {
        incoming.close();
      }
    } catch (IOException e) {
      throw StorageException.failed(e);
    }
  }

  private void publish(String temporary, Snapshot snapshot) throws IOException {
    condemnRotten(); // First: it might be taken for the second one otherwise, or be in the way.
    disk.rename(temporary, name(snapshot.last()));
    disk.syncDirectory();
    add(snapshot);
  }

  private void add(Snapshot snapshot) {
    synchronized (rotten) {
      List<Snapshot> all = new ArrayList<>(snapshots);
      all.removeIf(known -> known.last().index() == snapshot.last().index());
      all.add(snapshot);
      all.sort(Comparator.comparingLong(known -> known.last().index()));
      snapshots = List.copyOf(all);
    }
  }

  private <T> Loaded<T> read(String name, Loader<T> loader) throws IOException {
    try (Disk.File file = disk.open(name);
        InputStream input = new BufferedInputStream(new FileInput(file), BUFFER_BYTES)) {
      SnapshotReader reader = new SnapshotReader(input, disk + "/" + name);
      if (!reader.header().cluster().equals(cluster)) {
        throw new StorageException(
            "%s/%s is of cluster '%s', not of '%s'; snapshot restore makes a new cluster of it"
                .formatted(disk, name, reader.header().cluster(), cluster));
      }
      T value = loader.load(reader);
      return new Loaded<>(reader.snapshot(), value);
    }
  }

  /// What a snapshot's header and trailer say, without a look at what is between them.
  private Snapshot peek(String name) throws IOException {
    try (Disk.File file = disk.open(name)) {
      return SnapshotReader.peek(file, disk + "/" + name);
    }
  }

  private void resume(String name) throws IOException {
    Incoming found = Incoming.resume(disk, name);
    if (incoming != null || found == null) {
      disk.remove(name);
      if (found != null) {
        found.close();
      }
    } else {
      incoming = found;
    }
  }

  /// Removes what is being received, and what could not be removed when it was to be.
  private void abandonIncoming() throws IOException {
    Incoming abandoned = incoming;
    if (abandoned != null) {
      incoming = null;
      abandoned.close();
    }
    for (String name : disk.list()) {
      if (Incoming.isName(name)) {
        disk.remove(name);
      }
    }
  }

  private void removeIfThere(String name) throws IOException {
    if (disk.list().contains(name)) {
      disk.remove(name);
    }
  }

  private void removeQuietly(String name) {
    try {
      removeIfThere(name);
    } catch (IOException e) {
      // The disk refuses more than the write; the next attempt, or the next start, removes it.
    }
  }
}
