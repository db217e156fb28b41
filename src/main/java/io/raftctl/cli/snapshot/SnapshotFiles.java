package io.raftctl.cli.snapshot;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.command.NewNode;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Table;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.storage.FileDisk;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.Restore;
import io.raftctl.storage.snapshot.SnapshotDamagedException;
import io.raftctl.storage.snapshot.SnapshotHeader;
import io.raftctl.storage.snapshot.SnapshotReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// `snapshot restore`, `verify` and `ls`: snapshots as files of this machine.
public final class SnapshotFiles {
  private static final String DAMAGED_HINT = "use another copy, or save the cluster again";

  private final Report report;

  public SnapshotFiles(Report report) {
    this.report = report;
  }

  /// What a file holds.
  private record Found(SnapshotHeader header, Snapshot snapshot) {
    JsonObject json(String name) {
      JsonObject json = new JsonObject();
      json.put("file", name);
      json.put("index", snapshot.last().index());
      json.put("term", snapshot.last().term());
      json.put("bytes", snapshot.bytes());
      json.put("cluster", header.cluster());
      json.put("intact", true);
      return json;
    }
  }

  ExitCode verify(String name) throws IOException {
    try (InputStream input = open(name)) {
      Found found = read(input, name);
      if (report.json()) {
        report.line(found.json(name));
      } else {
        report.line(
            "%s is intact: cluster %s, index %d, term %d, %d bytes"
                .formatted(
                    name,
                    found.header.cluster(),
                    found.snapshot.last().index(),
                    found.snapshot.last().term(),
                    found.snapshot.bytes()));
      }
      return ExitCode.DONE;
    } catch (SnapshotDamagedException e) {
      return report.negative("damaged", String.valueOf(e.getMessage()), DAMAGED_HINT);
    } catch (StorageException e) {
      return report.failed(String.valueOf(e.getMessage()), "");
    } catch (NoSuchFileException e) {
      return missing(name);
    }
  }

  /// @throws IllegalArgumentException where a name is none for a node, or for a cluster
  ExitCode restore(String name, String directory, String node, String called) throws IOException {
    Path target = report.console().directory().resolve(directory);
    String cluster = NewNode.cluster(called);
    NodeId id = NewNode.id(node);
    try {
      if (!name.equals("-")) {
        requireIntact(name); // Before the directory is touched.
      }
      try (InputStream input = open(name)) {
        tellRestored(into(target, cluster, id, input, name), name, target, id, cluster);
      }
      return ExitCode.DONE;
    } catch (SnapshotDamagedException e) {
      return report.failed(String.valueOf(e.getMessage()), DAMAGED_HINT);
    } catch (StorageException e) {
      return report.failed(String.valueOf(e.getMessage()), "");
    } catch (NoSuchFileException e) {
      return missing(name);
    }
  }

  private void requireIntact(String name) throws IOException {
    try (InputStream input = open(name)) {
      read(input, name);
    }
  }

  private void tellRestored(
      Snapshot snapshot, String name, Path target, NodeId id, String cluster) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("cluster", cluster);
      json.put("id", id.value());
      json.put("dataDir", target.toAbsolutePath().normalize().toString());
      json.put("index", snapshot.last().index());
      report.line(json);
    } else {
      report.line(
          "restored %s: node %s of cluster %s begins after index %d"
              .formatted(name, id, cluster, snapshot.last().index()));
    }
  }

  /// Restores one node's directory.
  public static Snapshot into(
      Path target, String cluster, NodeId id, InputStream input, String name) throws IOException {
    try (FileDisk disk = FileDisk.open(target)) {
      long incarnation = Incarnation.draw(new SplittableRandom());
      return Restore.into(disk, cluster, id, incarnation, input, name);
    }
  }

  /// The snapshots of a data directory, whether a node uses it or not.
  ExitCode list(String directory) throws IOException {
    Path path = report.console().directory().resolve(directory);
    if (!Files.isDirectory(path)) {
      return report.failed(
          "there is no directory " + directory, "give the data directory of a node");
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(path)) {
      files = all.filter(SnapshotFiles::isSnapshot).sorted().toList();
    }
    Table table = new Table("FILE", "INDEX", "TERM", "BYTES", "STATE");
    JsonArray array = new JsonArray();
    for (Path file : files) {
      String name = file.getFileName().toString();
      try (InputStream input = new BufferedInputStream(Files.newInputStream(file))) {
        Found found = read(input, name);
        Snapshot snapshot = found.snapshot;
        array.add(found.json(name));
        table.row(
            name,
            Long.toString(snapshot.last().index()),
            Long.toString(snapshot.last().term()),
            Long.toString(snapshot.bytes()),
            "intact");
      } catch (SnapshotDamagedException e) {
        JsonObject json = new JsonObject();
        json.put("file", name);
        json.put("bytes", Files.size(file));
        json.put("intact", false);
        array.add(json);
        table.row(name, "-", "-", Long.toString(Files.size(file)), "damaged");
      } catch (StorageException e) {
        return report.failed(String.valueOf(e.getMessage()), "");
      }
    }
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("snapshots", array);
      report.line(json);
    } else {
      table.lines().forEach(report::line);
    }
    return ExitCode.DONE;
  }

  private static boolean isSnapshot(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("snapshot-");
  }

  private InputStream open(String name) throws IOException {
    return name.equals("-")
        ? report.console().in()
        : new BufferedInputStream(Files.newInputStream(report.console().directory().resolve(name)));
  }

  private ExitCode missing(String name) {
    return report.failed("there is no file " + name, "save one: raftctl snapshot save " + name);
  }

  private static Found read(InputStream input, String name) throws IOException {
    SnapshotReader reader = new SnapshotReader(input, name);
    Snapshot snapshot = reader.sections((number, data) -> {});
    return new Found(reader.header(), snapshot);
  }
}
