package io.raftctl.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real directory. The file `LOCK` in it keeps other processes away as long as this object is
/// open; it never shows in [#list()].
///
/// Safe for several threads. A thread that is interrupted while it reads or writes closes the file
/// under it, as Java's channels do: whoever uses a disk must not be interrupted.
public final class FileDisk implements Disk, AutoCloseable {
  static final String LOCK = "LOCK";

  /// What a directory may need for one name more.
  private static final int NAME_BYTES = 4096;

  /// Directories that this process holds. The operating system's lock is the process's, and closing
  /// any file of a second attempt would give it up.
  private static final Set<Path> HELD = new ConcurrentSkipListSet<>();

  private final Path directory;
  private final boolean writable;

  /// Null for one who only looks, and keeps nobody away.
  private @Nullable FileChannel lock;

  private FileDisk(Path directory, boolean writable, @Nullable FileChannel lock) {
    this.directory = directory;
    this.writable = writable;
    this.lock = lock;
  }

  /// Opens a directory; makes it, and its parents, where it does not exist.
  ///
  /// @throws StorageException where another process uses it, or it holds files of something else
  public static FileDisk open(Path directory) {
    try {
      createSynced(directory.toAbsolutePath());
      Path real = directory.toRealPath();
      // Before the lock is made, so that a directory of something else is not touched.
      if (!Files.exists(real.resolve(LOCK))) {
        requireOursOrEmpty(real);
      }
      if (!HELD.add(real)) {
        throw inUse(real, String.valueOf(ProcessHandle.current().pid()));
      }
      FileChannel lock = null;
      try {
        lock = lock(real);
        return new FileDisk(real, true, lock);
      } finally {
        if (lock == null) {
          HELD.remove(real);
        }
      }
    } catch (IOException e) {
      Path path = directory.toAbsolutePath().normalize();
      throw e instanceof FileAlreadyExistsException
          ? new StorageException(
              path + ": there is a file in its place; choose another --data-dir", e)
          : StorageException.failed(named(path, e));
    }
  }

  /// Opens a directory to look at it, whether a node uses it or not. Nothing in it changes, not
  /// even the file `LOCK`, and a node may begin to use it meanwhile.
  ///
  /// @throws StorageException where there is no such directory, or it cannot be read
  public static FileDisk look(Path directory) {
    try {
      Path real = directory.toRealPath();
      if (!Files.isDirectory(real)) {
        throw new StorageException(directory + " is no directory; give a node's data directory");
      }
      return new FileDisk(real, false, null);
    } catch (NoSuchFileException e) {
      throw new StorageException(
          "there is no directory " + directory + "; give a node's data directory", e);
    } catch (IOException e) {
      throw StorageException.failed(named(directory, e));
    }
  }

  /// Whether a node uses the directory at this moment.
  public boolean isInUse() throws IOException {
    if (HELD.contains(directory)) {
      return true;
    }
    Path file = directory.resolve(LOCK);
    if (!Files.exists(file)) {
      return false; // A copy, which no node has opened yet.
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return shared == null;
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  /// Keeps nodes away from a directory that is only looked at, until this is closed.
  ///
  /// @throws StorageException where a node uses it
  public void keepNodesAway() throws IOException {
    if (lock != null || !Files.exists(directory.resolve(LOCK))) {
      return;
    }
    if (!HELD.add(directory)) {
      throw stopFirst(String.valueOf(ProcessHandle.current().pid()));
    }
    FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.READ);
    try {
      if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
        throw stopFirst(holder(channel));
      }
      lock = channel;
    } finally {
      if (lock == null) {
        channel.close();
        HELD.remove(directory);
      }
    }
  }

  private StorageException stopFirst(String pid) {
    return new StorageException(
        "data directory %s is in use by a raftctl node (pid %s); stop that node first"
            .formatted(directory, pid));
  }

  @Override
  public List<String> list() throws IOException {
    return list(directory);
  }

  @Override
  public File open(String name) throws IOException {
    return open(name, writable ? StandardOpenOption.WRITE : StandardOpenOption.READ);
  }

  @Override
  public File create(String name) throws IOException {
    requireWritable();
    return open(name, StandardOpenOption.CREATE_NEW);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    requireWritable();
    try {
      Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw named(path(from), e, NAME_BYTES);
    }
  }

  @Override
  public void remove(String name) throws IOException {
    requireWritable();
    try {
      Files.delete(path(name));
    } catch (IOException e) {
      throw named(path(name), e);
    }
  }

  @Override
  public void syncDirectory() throws IOException {
    requireWritable();
    sync(directory);
  }

  /// Gives the directory up for other processes. Files opened from it must be closed before.
  @Override
  public void close() {
    FileChannel held = lock;
    if (held == null) {
      return;
    }
    try {
      held.close();
    } catch (IOException e) {
      throw StorageException.failed(named(directory.resolve(LOCK), e));
    } finally {
      HELD.remove(directory);
    }
  }

  /// The directory, as error messages name it.
  @Override
  public String toString() {
    return directory.toString();
  }

  private File open(String name, OpenOption how) throws IOException {
    Path path = path(name);
    try {
      return new OpenFile(
          path,
          how == StandardOpenOption.READ
              ? FileChannel.open(path, how)
              : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, how));
    } catch (IOException e) {
      throw how == StandardOpenOption.CREATE_NEW ? named(path, e, NAME_BYTES) : named(path, e);
    }
  }

  private void requireWritable() throws IOException {
    if (!writable) {
      throw new IOException(directory + ": it was opened to be read only");
    }
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals(LOCK) && !name.equals("lost+found"))
          .sorted()
          .toList();
    }
  }

  private static void createSynced(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      createSynced(parent);
    }
    Files.createDirectory(directory);
    if (parent != null) {
      sync(parent);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw named(directory, e);
    }
  }

  private static void requireOursOrEmpty(Path directory) throws IOException {
    List<String> names = list(directory);
    ByteBuffer identity = ByteBuffer.allocate(ControlBlock.BYTES);
    Path file = directory.resolve(DataDirectory.IDENTITY);
    if (Files.isRegularFile(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        channel.read(identity, 0);
      } catch (IOException e) {
        throw named(file, e);
      }
    }
    if (!names.isEmpty() && !DataDirectory.mayBeOurs(names, identity.flip())) {
      throw DataDirectory.foreign(directory.toString(), names.getFirst());
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE);
    try {
      FileLock held = channel.tryLock();
      if (held == null) {
        throw inUse(directory, holder(channel));
      }
      // Others, such as LevelDB, have a file of this name too, and it is still as it was.
      requireOursOrEmpty(directory);
    } catch (IOException | StorageException e) {
      channel.close();
      throw e;
    }
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    channel.write(ByteBuffer.wrap(pid), 0); // First: a disk that is full has its block already.
    channel.truncate(pid.length);
    return channel;
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(32);
    channel.read(pid, 0);
    return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
  }

  private static StorageException inUse(Path directory, String pid) {
    return new StorageException(
        "data directory "
            + directory
            + " is in use by another raftctl node (pid "
            + pid
            + "); stop it or choose another --data-dir");
  }

  /// The same failure, with the name of the file and the reason, of which Java gives one or the
  /// other.
  private static IOException named(Path path, IOException cause) {
    return new IOException(path + ": " + reason(cause), cause);
  }

  /// The same of an operation that needs so many bytes more.
  private static IOException named(Path path, IOException cause, long bytes) {
    String message = path + ": " + reason(cause);
    return isFull(path, cause, bytes) ? new NoRoomException(message, cause) : named(path, cause);
  }

  /// Java hands on the operating system's words and not its number, and in the user's language: so
  /// besides the English ones, what is free tells. Whoever is not sure is no worse off with the
  /// answer yes: the operation failed in any case.
  private static boolean isFull(Path path, IOException cause, long bytes) {
    String words = String.valueOf(cause.getMessage());
    if (words.contains("No space left on device") || words.contains("Disk quota exceeded")) {
      return true;
    }
    if (cause.getClass() != IOException.class && cause.getClass() != FileSystemException.class) {
      return false; // It has a name of its own.
    }
    try {
      return Files.getFileStore(path.getParent()).getUsableSpace() < bytes;
    } catch (IOException e) {
      return false; // It tells nothing about itself.
    }
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case NoSuchFileException _ -> "no such file";
      case FileAlreadyExistsException _ -> "exists already";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      case ClosedChannelException _ -> "the file was closed, perhaps by an interrupt";
      default -> String.valueOf(cause.getMessage());
    };
  }

  private record OpenFile(Path path, FileChannel channel) implements File {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      try {
        int total = 0;
        int count = 0;
        while (target.hasRemaining() && count >= 0) {
          count = channel.read(target, position + total);
          total += Math.max(0, count);
        }
        return total;
      } catch (IOException e) {
        throw named(path, e);
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      int length = source.remaining();
      try {
        long next = position;
        while (source.hasRemaining()) {
          next += channel.write(source, next);
        }
      } catch (IOException e) {
        throw named(path, e, length);
      }
    }

    /// The data and the size; what else the file system knows of the file may be lost.
    @Override
    public void sync() throws IOException {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw named(path, e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
