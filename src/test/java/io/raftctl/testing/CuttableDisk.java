package io.raftctl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An ext4 file system of its own, in an image that is mounted through a loop device, whose power
/// can be cut. It takes the right to mount one, and Linux.
///
/// **What a cut takes**: all that was not synced and that the kernel had not written by itself yet:
/// contents, sizes, names, blocks. From that moment on the file system takes no more writes, and
/// its journal is not written either; the next mount replays what the journal holds by then.
///
/// **What it does not take**: whatever the file system has handed to the device is in the image, so
/// a device that acknowledges writes before they are safe, or that tears a sector, is not in this
/// picture. The simulator's disk does both.
public final class CuttableDisk implements AutoCloseable {
  /// Log segments are 16 MiB each; the image takes only what is written to it.
  private static final long BYTES = 256 << 20;

  private static final long SUPERBLOCK = 1024;
  private static final int INCOMPATIBLE_FEATURES = 0x60;
  private static final int NEEDS_RECOVERY = 4;

  private final Path image;
  private final Path folder;
  private boolean mounted;

  private CuttableDisk(Path image, Path folder) {
    this.image = image;
    this.folder = folder;
  }

  /// Why there can be none here, or an empty text.
  ///
  /// @param place an empty folder to try it in
  public static String missing(Path place) throws IOException, InterruptedException {
    try (CuttableDisk disk = make(place.resolve("probe.img"), place.resolve("probe"))) {
      cut(List.of(disk));
      return "";
    } catch (IOException | AssertionError e) {
      return "no file system can be cut here: " + String.valueOf(e.getMessage()).strip();
    }
  }

  /// Makes the image and the folder, and mounts the one on the other.
  public static CuttableDisk make(Path image, Path folder)
      throws IOException, InterruptedException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    run("mkfs.ext4", "-q", "-F", image.toString());
    Files.createDirectories(folder);
    CuttableDisk disk = new CuttableDisk(image, folder);
    disk.mount();
    return disk;
  }

  /// Cuts the power of all of them at one moment.
  public static void cut(List<CuttableDisk> disks) throws IOException {
    List<Integer> open = new ArrayList<>();
    try {
      for (CuttableDisk disk : disks) {
        open.add(SystemCalls.open(disk.folder));
      }
      for (int descriptor : open) {
        SystemCalls.shutDownFileSystem(descriptor);
      }
    } finally {
      for (int descriptor : open) {
        SystemCalls.close(descriptor);
      }
    }
  }

  /// Gives it power again after a cut: what the journal holds is replayed. Nobody may use it.
  public void restore() throws IOException, InterruptedException {
    run("umount", folder.toString());
    mounted = false;
    assertThat(needsRecovery()).as("the power of %s was cut", folder).isTrue();
    mount();
  }

  private void mount() throws IOException, InterruptedException {
    run("mount", "-o", "loop", image.toString(), folder.toString());
    mounted = true;
  }

  /// What the superblock says of an unmounted one: that its journal holds what is not in its place.
  private boolean needsRecovery() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
      file.seek(SUPERBLOCK + INCOMPATIBLE_FEATURES);
      return (Integer.reverseBytes(file.readInt()) & NEEDS_RECOVERY) != 0;
    }
  }

  /// Removes it and its image. Whoever uses it still keeps it from view only: a test that fails
  /// leaves no mount behind.
  @Override
  public void close() throws IOException {
    try {
      if (mounted) {
        run("umount", "-l", folder.toString());
        mounted = false;
      }
      Await.until("no loop device holds " + image, () -> !isHeld());
      Files.delete(image);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unmounting " + folder, e);
    }
  }

  private boolean isHeld() throws IOException {
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path device : devices) {
        Path backing = device.resolve("loop/backing_file");
        if (Files.exists(backing) && Files.readString(backing).strip().equals(image.toString())) {
          return true;
        }
      }
      return false;
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    ProcessRun run = ProcessRun.Order.of(Path.of("/"), command).run();
    if (run.exit() != 0) {
      throw new IOException(String.join(" ", command) + ": " + run.err().strip());
    }
  }

  /// The three calls of the C library that this takes. Loaded at the first use, so that no other
  /// test needs them.
  private static final class SystemCalls {
    private static final int READ_ONLY = 0;

    /// `FS_IOC_SHUTDOWN`, `_IOR('X', 125, __u32)`, which ext4 took over from XFS.
    private static final long SHUTDOWN = 0x8004587dL;

    /// `EXT4_GOING_FLAGS_NOLOGFLUSH`: at once, without a last write of the journal.
    private static final int NO_LOG_FLUSH = 2;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
        call(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle IOCTL =
        call(
            "ioctl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
        call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private SystemCalls() {}

    static int open(Path folder) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        MemorySegment path = arena.allocateFrom(folder.toString());
        int descriptor = (int) OPEN.invokeExact(state, path, READ_ONLY);
        require(descriptor >= 0, "open " + folder, state);
        return descriptor;
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    static void shutDownFileSystem(int descriptor) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_INT, NO_LOG_FLUSH);
        int result = (int) IOCTL.invokeExact(state, descriptor, SHUTDOWN, flags);
        require(result == 0, "the ioctl that shuts a file system down", state);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    static void close(int descriptor) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        int result = (int) CLOSE.invokeExact(state, descriptor);
        require(result == 0, "close", state);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    @SuppressWarnings("restricted") // The tests are started with the right to call the C library.
    private static MethodHandle call(
        String name, FunctionDescriptor shape, Linker.Option... options) {
      List<Linker.Option> all = new ArrayList<>(List.of(options));
      all.add(Linker.Option.captureCallState("errno"));
      Linker linker = Linker.nativeLinker();
      MemorySegment address = linker.defaultLookup().findOrThrow(name);
      return linker.downcallHandle(address, shape, all.toArray(Linker.Option[]::new));
    }

    private static void require(boolean done, String what, MemorySegment state) throws IOException {
      if (!done) {
        throw new IOException(what + " failed with error number " + (int) ERRNO.get(state, 0L));
      }
    }

    /// A method handle may throw anything, and these throw nothing but what is said above.
    private static IOException failed(Throwable e) {
      return e instanceof IOException known ? known : new IOException(e);
    }
  }
}
