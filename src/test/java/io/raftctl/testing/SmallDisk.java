package io.raftctl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file system of its own, in memory and of a few megabytes, to be filled up. It takes the right
/// to mount one.
public final class SmallDisk implements AutoCloseable {
  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /// Why there can be none here, or an empty text.
  public static String missing(Path folder) throws IOException, InterruptedException {
    ProcessRun run = mount(folder, 1);
    if (run.exit() != 0) {
      return "no right to mount a file system: " + run.err().strip();
    }
    new SmallDisk(folder).close();
    return "";
  }

  /// Mounts one on an empty folder.
  public static SmallDisk on(Path folder, int megabytes) throws IOException, InterruptedException {
    assertThat(mount(folder, megabytes).exit()).isZero();
    return new SmallDisk(folder);
  }

  private static ProcessRun mount(Path folder, int megabytes)
      throws IOException, InterruptedException {
    return ProcessRun.Order.of(
            folder.getRoot(),
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=" + megabytes + "m",
            "raftctl-test",
            folder.toString())
        .run();
  }

  /// Fills it to its last byte, with one file.
  public void fill() throws IOException {
    byte[] piece = new byte[4096];
    try (OutputStream ballast = Files.newOutputStream(ballast())) {
      while (free() > 0) {
        ballast.write(piece);
      }
    }
  }

  /// Cuts that file, so that so much is free.
  public void leave(int megabytes) throws IOException {
    try (FileChannel file = FileChannel.open(ballast(), StandardOpenOption.WRITE)) {
      file.truncate(file.size() - ((long) megabytes << 20) + free());
    }
  }

  /// In bytes.
  public long free() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  /// Removes that file.
  public void makeRoom() throws IOException {
    Files.delete(ballast());
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  /// Whoever uses it still keeps it from view only: a test that fails leaves no mount behind.
  @Override
  public void close() throws IOException {
    try {
      var order = ProcessRun.Order.of(folder.getRoot(), "umount", "-l", folder.toString());
      assertThat(order.run().err()).isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unmounting " + folder, e);
    }
  }
}
