package io.raftctl.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The local clusters of this user: one small file each, which only points to the cluster's
/// directory.
///
/// What a cluster is and does stands in its own `cluster.json`, so an entry can be stale but never
/// wrong: one whose directory holds no cluster any more is dropped when somebody looks.
public final class ClusterRegistry {
  // A file lock keeps out other processes, this one other threads of ours.
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path folder;

  public ClusterRegistry(Path folder) {
    this.folder = folder;
  }

  /// The user's own: `$XDG_STATE_HOME/raftctl/clusters`, by default below `~/.local/state`.
  public static ClusterRegistry ofUser(Map<String, String> environment) {
    return new ClusterRegistry(stateFolder(environment).resolve("clusters"));
  }

  /// Where raftctl keeps what it remembers between runs.
  public static Path stateFolder(Map<String, String> environment) {
    String state = environment.get("XDG_STATE_HOME");
    if (state != null && Path.of(state).isAbsolute()) {
      return Path.of(state, "raftctl");
    }
    String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
    return Path.of(home, ".local", "state", "raftctl");
  }

  /// Work that must see the registry unchanged, such as taking a name that is free.
  public interface Locked<T extends @Nullable Object> {
    T run() throws ClusterException;
  }

  /// Runs `work` while no other process of this user is in its own.
  public <T extends @Nullable Object> T locked(Locked<T> work) throws ClusterException {
    IN_PROCESS.lock();
    try {
      Files.createDirectories(folder);
      try (FileChannel file =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        assert lock.isValid() : "lock() returns when it is held";
        return work.run();
      }
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw ClusterException.unavailable("interrupted", "");
      }
      throw ClusterException.local(
          "cannot use " + folder + ": " + ClusterDirectory.reason(e),
          "set XDG_STATE_HOME to a directory that can be written");
    } finally {
      IN_PROCESS.unlock();
    }
  }

  /// All clusters that still exist, by name; what is stale is removed on the way.
  public List<ClusterDescription> list() throws ClusterException {
    List<ClusterDescription> clusters = new ArrayList<>();
    for (Path entry : entries()) {
      Optional<ClusterDescription> cluster = resolve(entry);
      if (cluster.filter(it -> !hasOtherName(it, entry)).isPresent()) {
        clusters.add(cluster.get());
      } else {
        drop(entry);
      }
    }
    clusters.sort(
        Comparator.comparing(ClusterDescription::name)
            .thenComparing(ClusterDescription::directory));
    return clusters;
  }

  /// Whether the cluster was started under another name since, and has an entry for that.
  private boolean hasOtherName(ClusterDescription cluster, Path entry) {
    Path now = entry(cluster.name(), cluster.directory());
    return !now.equals(entry) && Files.exists(now);
  }

  /// The clusters of that name, which may lie in several directories, or the one in that directory.
  public List<ClusterDescription> find(String nameOrDirectory) throws ClusterException {
    Path directory = Path.of(nameOrDirectory).toAbsolutePath().normalize();
    List<ClusterDescription> found = new ArrayList<>();
    for (ClusterDescription cluster : list()) {
      if (cluster.name().equals(nameOrDirectory) || cluster.directory().equals(directory)) {
        found.add(cluster);
      }
    }
    return found;
  }

  /// Clears away what killed owners of ephemeral clusters left in the system's temporary folder.
  ///
  /// Mostly an entry points there, and a look at the list does it. Here entries play no part, as
  /// they may be in another registry. A claim holds the same lock until its `cluster.json` names a
  /// living owner, so nothing is taken from one that is about to start.
  ///
  /// @return how many there were
  public int clearAway(Path temporary) throws ClusterException {
    return locked(
        () -> {
          try {
            UserPrincipal us = Files.getOwner(folder);
            List<ClusterDirectory> found = ClusterDirectory.temporaries(temporary, us);
            return (int) found.stream().filter(ClusterRegistry::clearIfAbandoned).count();
          } catch (IOException e) {
            return 0; // Then they stay, and the next look tries again.
          }
        });
  }

  private static boolean clearIfAbandoned(ClusterDirectory directory) {
    try {
      Optional<ClusterDescription> cluster = directory.read().filter(ClusterRegistry::abandoned);
      // One that nobody was killed over is between two attempts to start.
      if (cluster.filter(it -> it.supervisor() != null || it.detached()).isEmpty()) {
        return false;
      }
      directory.delete();
      return true;
    } catch (ClusterException e) {
      return false; // Of one that nobody can read or remove nobody can say more than that.
    }
  }

  /// Removes a cluster that does not run, with all its data.
  public void delete(ClusterDescription cluster) throws ClusterException {
    if (cluster.state() != ClusterDescription.State.STOPPED) {
      throw ClusterException.usage(
          "the cluster " + cluster.name() + " still runs",
          "raftctl local-cluster stop " + cluster.name());
    }
    ClusterDirectory.of(cluster.directory()).delete();
    remove(cluster.name(), cluster.directory());
  }

  void add(String name, Path directory) throws ClusterException {
    try {
      Files.createDirectories(folder);
      Files.writeString(entry(name, directory), directory + "\n");
    } catch (IOException e) {
      throw ClusterException.local(
          "cannot write to " + folder + ": " + ClusterDirectory.reason(e),
          "set XDG_STATE_HOME to a directory that can be written");
    }
  }

  void remove(String name, Path directory) {
    drop(entry(name, directory));
  }

  private List<Path> entries() throws ClusterException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".cluster")).sorted().toList();
    } catch (IOException e) {
      throw ClusterException.local("cannot read " + folder + ": " + ClusterDirectory.reason(e), "");
    }
  }

  /// What the entry points to, or nothing if that is gone. A temporary directory that its killed
  /// owner left behind counts as gone and is cleared away.
  private static Optional<ClusterDescription> resolve(Path entry) {
    try {
      ClusterDirectory directory = ClusterDirectory.of(Path.of(Files.readString(entry).strip()));
      Optional<ClusterDescription> cluster = directory.read();
      if (cluster.filter(ClusterRegistry::abandoned).isPresent()) {
        directory.delete();
        return Optional.empty();
      }
      return cluster;
    } catch (IOException | InvalidPathException | ClusterException e) {
      // Of one that nobody can read nobody can say more than that.
      return Optional.empty();
    }
  }

  private static boolean abandoned(ClusterDescription cluster) {
    return cluster.ephemeral()
        && cluster.state() == ClusterDescription.State.STOPPED
        && cluster.nodes().stream().noneMatch(NodeDescription::running);
  }

  private static void drop(Path entry) {
    try {
      Files.deleteIfExists(entry);
    } catch (IOException e) {
      // It stays stale, and the next look tries again.
    }
  }

  private Path entry(String name, Path directory) {
    String place = HexFormat.of().toHexDigits(directory.toString().hashCode());
    return folder.resolve(name + "-" + place + ".cluster");
  }
}
