package io.raftctl.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The directory of one local cluster, and who may touch it.
///
/// ```
/// cluster.json     what runs and where; written anew at each change, never half
/// node-1/          the data directory of node 1
/// node-1.log       what its processes printed
/// node-1.ready     written by the process once it serves
/// cluster.lock     held while cluster.json is changed
/// program          --exec-protocol and, from the second line on, --exec; where there is one
/// ```
public final class ClusterDirectory {
  private static final String TEMPORARY = "raftctl-";
  private static final String DESCRIPTION = "cluster.json";
  private static final String PROGRAM = "program";
  private static final String LOCK = "cluster.lock";

  // A file lock keeps out other processes, this one other threads of ours.
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private static final Pattern OURS =
      Pattern.compile(
          "node-([0-9]{1,9})(\\.log|\\.ready)?|cluster\\.json\\.new|cluster\\.lock|program");

  private final Path path;

  private ClusterDirectory(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  public static ClusterDirectory of(Path path) {
    return new ClusterDirectory(path);
  }

  /// A new directory among the system's temporary ones.
  public static ClusterDirectory temporary(String name) throws ClusterException {
    try {
      return new ClusterDirectory(Files.createTempDirectory(TEMPORARY + name + "-"));
    } catch (IOException e) {
      throw ClusterException.local("cannot make a temporary directory: " + reason(e), "");
    }
  }

  /// The directories in `folder` that `temporary` may have made for `owner`.
  static List<ClusterDirectory> temporaries(Path folder, UserPrincipal owner) throws IOException {
    List<ClusterDirectory> found = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder, TEMPORARY + "*")) {
      for (Path path : paths) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
          found.add(new ClusterDirectory(path));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  public Path path() {
    return path;
  }

  public Path data(String node) {
    return path.resolve("node-" + node);
  }

  public Path log(String node) {
    return path.resolve("node-" + node + ".log");
  }

  /// From now on the nodes start with this program as their state machine.
  ///
  /// @param protocol as --exec-protocol takes it
  public void writeProgram(String command, String protocol) throws ClusterException {
    Path file = path.resolve(PROGRAM);
    try {
      Files.writeString(file, protocol + "\n" + command);
    } catch (IOException e) {
      throw ClusterException.local("cannot write " + file + ": " + reason(e), "");
    }
  }

  /// What a node's command line has to say of the program that is its state machine.
  List<String> programOptions() {
    Path file = path.resolve(PROGRAM);
    try {
      String[] parts = Files.readString(file).split("\n", 2);
      return parts.length < 2
          ? List.of()
          : List.of("--exec", parts[1], "--exec-protocol", parts[0]);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  Path readyFile(String node) {
    return path.resolve("node-" + node + ".ready");
  }

  /// Makes the directory where it is missing. One that holds somebody else's files is refused, and
  /// nothing in it is touched.
  ///
  /// @return whether it was missing
  boolean prepare() throws ClusterException {
    boolean missing = Files.notExists(path);
    try {
      Files.createDirectories(path);
      if (!Files.exists(path.resolve(DESCRIPTION)) && !isEmpty()) {
        throw ClusterException.local(
            path + " holds files that are not a cluster's", "choose another directory with --data");
      }
    } catch (IOException e) {
      throw ClusterException.local(
          "cannot use the directory " + path + ": " + reason(e), "choose another with --data");
    }
    if (!Files.isWritable(path)) {
      throw ClusterException.local(
          "cannot write to the directory " + path, "choose another with --data");
    }
    return missing;
  }

  /// Takes back what `prepare` made. Whoever claimed it meanwhile keeps it.
  void removeIfEmpty() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It holds something, so it is not ours to remove; why the start failed matters more.
    }
  }

  /// What `cluster.json` says, or nothing if there is none.
  public Optional<ClusterDescription> read() throws ClusterException {
    Path file = path.resolve(DESCRIPTION);
    try {
      return Optional.of(ClusterJson.read(Files.readString(file), path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw ClusterException.local("cannot read " + file + ": " + reason(e), "");
    } catch (IllegalArgumentException e) {
      throw ClusterException.local(
          file + " is damaged: " + e.getMessage(), "the nodes' data beside it are untouched");
    }
  }

  /// Readers see the old description or the new one, never a part.
  void write(ClusterDescription description) throws ClusterException {
    Path file = path.resolve(DESCRIPTION);
    Path fresh = path.resolve(DESCRIPTION + ".new");
    try {
      Files.writeString(fresh, ClusterJson.write(description));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw ClusterException.local("cannot write " + file + ": " + reason(e), "");
    }
  }

  /// Changes the description, while no other process does. It does so on a thread of its own: an
  /// interrupt, which is what Ctrl-C comes to, would close a file in the middle of its work.
  ///
  /// @param change makes the new one out of what stands there
  /// @param missing what stands there where nothing does
  ClusterDescription update(UnaryOperator<ClusterDescription> change, ClusterDescription missing)
      throws ClusterException {
    CompletableFuture<ClusterDescription> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("book of the cluster")
        .start(
            () -> {
              try {
                done.complete(updated(change, missing));
              } catch (ClusterException | RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ClusterException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private ClusterDescription updated(
      UnaryOperator<ClusterDescription> change, ClusterDescription missing)
      throws ClusterException {
    IN_PROCESS.lock();
    try (FileChannel file =
            FileChannel.open(
                path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      assert lock.isValid() : "lock() returns when it is held";
      ClusterDescription changed = change.apply(read().orElse(missing));
      write(changed);
      return changed;
    } catch (IOException e) {
      throw ClusterException.local("cannot write to " + path + ": " + reason(e), "");
    } finally {
      IN_PROCESS.unlock();
    }
  }

  /// The highest id of a node whose data are here; 0 where there are none.
  int highestId() throws ClusterException {
    try {
      int highest = 0;
      for (Path file : list()) {
        Matcher ours = OURS.matcher(file.getFileName().toString());
        if (ours.matches() && ours.group(1) != null && ours.group(2) == null) {
          highest = Math.max(highest, Integer.parseInt(ours.group(1)));
        }
      }
      return highest;
    } catch (IOException e) {
      throw ClusterException.local("cannot read " + path + ": " + reason(e), "");
    }
  }

  /// Removes what a node has here that never belonged to the cluster; what it printed stays, to be
  /// read.
  void forget(String node) throws ClusterException {
    try {
      Files.deleteIfExists(readyFile(node));
      if (Files.exists(data(node))) {
        deleteTree(data(node));
      }
    } catch (IOException e) {
      throw ClusterException.local("cannot remove " + data(node) + ": " + reason(e), "");
    }
  }

  /// Removes what a cluster makes here, and the directory if it then is empty. Files that somebody
  /// else put here stay.
  void delete() throws ClusterException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      for (Path ours : list()) {
        if (OURS.matcher(ours.getFileName().toString()).matches()) {
          deleteTree(ours);
        }
      }
      // The description goes last, so that an interrupted removal can be repeated.
      Files.deleteIfExists(path.resolve(DESCRIPTION));
      if (isEmpty()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw ClusterException.local("cannot remove " + path + ": " + reason(e), "");
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.toList();
    }
  }

  private boolean isEmpty() throws IOException {
    return list().isEmpty();
  }

  static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
