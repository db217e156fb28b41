package io.raftctl.cli.snapshot;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Problem;
import io.raftctl.client.SnapshotStream;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.storage.snapshot.SnapshotReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// `snapshot save`: what a live cluster holds, checked as it comes in.
final class SnapshotSave {
  private final ClusterClient cluster;
  private final Report report;

  SnapshotSave(ClusterClient cluster, Report report) {
    this.cluster = cluster;
    this.report = report;
  }

  ExitCode save(String name) throws IOException {
    Path file = report.console().directory().resolve(name);
    if (!name.equals("-") && Files.exists(file) && !Files.isRegularFile(file)) {
      return report.failed( // A file in its place would take a device or a pipe away from others.
          name + " is no regular file", "name a file, or - for standard output");
    }
    return switch (cluster.snapshot()) {
      case Answer.Missing<SnapshotStream>(Problem problem) -> report.fail(problem);
      case Answer.Given<SnapshotStream>(SnapshotStream stream) -> {
        try (stream) {
          yield name.equals("-") ? toOutput(stream) : toFile(stream, name, file);
        }
      }
    };
  }

  /// What leaves cannot be called back: a reader sees by the exit code, and by the missing end,
  /// that it is not whole.
  private ExitCode toOutput(SnapshotStream stream) {
    OutputStream out = report.console().out();
    try {
      copy(stream, out);
      report.console().out().flush();
      return ExitCode.DONE;
    } catch (IOException e) {
      return broken(stream, e);
    }
  }

  /// The file gets its name when all of it is there, intact and synced.
  private ExitCode toFile(SnapshotStream stream, String name, Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Snapshot snapshot;
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      snapshot = copy(stream, Channels.newOutputStream(channel));
      channel.force(true);
    } catch (FileSystemException e) {
      return refused(why(e));
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      return broken(stream, e);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    tell(name, snapshot);
    return ExitCode.DONE;
  }

  private ExitCode broken(SnapshotStream stream, IOException e) {
    return e instanceof RefusedException
        ? refused(String.valueOf(e.getMessage()))
        : report.failed(
            "the snapshot from " + stream.endpoint() + " broke off: " + e.getMessage(),
            "nothing was saved; try it again");
  }

  private ExitCode refused(String why) {
    return report.failed(
        "the snapshot cannot be written: " + why,
        "nothing was saved; make room, or choose another place");
  }

  private static String why(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no folder for " + e.getFile();
      case AccessDeniedException _ -> e.getFile() + ": permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static Snapshot copy(SnapshotStream stream, OutputStream target) throws IOException {
    Copying source = new Copying(stream.bytes(), target);
    try {
      Snapshot snapshot = new SnapshotReader(source, "the stream").sections((_, _) -> {});
      target.flush();
      return snapshot;
    } catch (IOException e) {
      throw source.refusal == null ? e : source.refusal;
    }
  }

  private void tell(String name, Snapshot snapshot) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("file", name);
      json.put("index", snapshot.last().index());
      json.put("term", snapshot.last().term());
      json.put("bytes", snapshot.bytes());
      report.line(json);
    } else {
      report.line(
          "saved %s: index %d, term %d, %d bytes"
              .formatted(name, snapshot.last().index(), snapshot.last().term(), snapshot.bytes()));
    }
  }

  /// What was read could not be written.
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// Writes all that is read.
  private static final class Copying extends FilterInputStream {
    private final OutputStream target;
    private @Nullable RefusedException refusal;

    Copying(InputStream source, OutputStream target) {
      super(source);
      this.target = target;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int count = super.read(bytes, from, length);
      if (count > 0) {
        write(bytes, from, count);
      }
      return count;
    }

    private void write(byte[] bytes, int from, int count) throws RefusedException {
      try {
        target.write(bytes, from, count);
      } catch (IOException e) {
        refusal = new RefusedException(e);
        throw refusal;
      }
    }
  }
}
