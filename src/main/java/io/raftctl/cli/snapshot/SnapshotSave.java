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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// `snapshot save`: what a live cluster holds, checked as it comes in.
final class SnapshotSave {
  private final ClusterClient cluster;
  private final Report report;

  SnapshotSave(ClusterClient cluster, Report report) {
    this.cluster = cluster;
    this.report = report;
  }

  ExitCode save(String name) throws IOException {
    return switch (cluster.snapshot()) {
      case Answer.Missing<SnapshotStream>(Problem problem) -> report.fail(problem);
      case Answer.Given<SnapshotStream>(SnapshotStream stream) -> {
        try (stream) {
          yield name.equals("-") ? toOutput(stream) : toFile(stream, name);
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
  private ExitCode toFile(SnapshotStream stream, String name) throws IOException {
    Path file = report.console().directory().resolve(name);
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
    return report.failed(
        "the snapshot from " + stream.endpoint() + " broke off: " + e.getMessage(),
        "nothing was saved; try it again");
  }

  private static Snapshot copy(SnapshotStream stream, OutputStream target) throws IOException {
    SnapshotReader reader = new SnapshotReader(new Copying(stream.bytes(), target), "the stream");
    Snapshot snapshot = reader.sections((number, data) -> {});
    target.flush();
    return snapshot;
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

  /// Writes all that is read.
  private static final class Copying extends FilterInputStream {
    private final OutputStream target;

    Copying(InputStream source, OutputStream target) {
      super(source);
      this.target = target;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        target.write(b);
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int count = super.read(bytes, from, length);
      if (count > 0) {
        target.write(bytes, from, count);
      }
      return count;
    }
  }
}
