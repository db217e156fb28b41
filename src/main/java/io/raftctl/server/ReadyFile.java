package io.raftctl.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// The file that tells scripts that a node serves.
///
/// It is written when everything else is done, so whatever can be known of it before is checked
/// before: a start that fails at the very end has made a data directory already.
///
/// @param path null where no such file is wanted
record ReadyFile(@Nullable Path path) {
  /// Touches nothing.
  ///
  /// @throws StartException where the file certainly cannot be written
  void check() throws StartException {
    String obstacle = path == null ? "" : obstacle(path.toAbsolutePath());
    if (!obstacle.isEmpty()) {
      throw cannotWrite(obstacle, null);
    }
  }

  /// Writes it in one step, so that whoever waits for the file never reads half a line.
  void write(String line) throws StartException {
    if (path == null) {
      return;
    }
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    try {
      Files.writeString(temporary, line + "\n");
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      String obstacle = obstacle(path.toAbsolutePath());
      throw cannotWrite(obstacle.isEmpty() ? reason(e) : obstacle, e);
    }
  }

  /// What keeps it from being written, as far as a look can tell; empty if nothing does.
  private static String obstacle(Path path) {
    Path folder = path.getParent();
    if (folder == null || Files.isDirectory(path)) {
      return "it is a directory";
    }
    if (!Files.isDirectory(folder)) {
      return "there is no directory " + folder;
    }
    // A file in its place would take a device or a pipe away from others.
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      return "it is no regular file";
    }
    return Files.isWritable(folder) ? "" : "nothing may be written in " + folder;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private StartException cannotWrite(String reason, @Nullable IOException cause) {
    return new StartException(
        StartException.Kind.LOCAL_IO,
        "cannot write the ready file " + path + " (" + reason + "); choose another --ready-file",
        cause);
  }
}
