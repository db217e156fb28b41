package io.raftctl.cli.log;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.log.LogSource.LogRecord;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.ClusterClient;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.storage.DataDirectory.Identity;
import io.raftctl.storage.FileDisk;
import io.raftctl.storage.offline.Verification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `log verify`: whether all that a node holds is what was written.
final class LogVerify {
  private final ClusterClient cluster;
  private final Report report;

  LogVerify(ClusterClient cluster, Report report) {
    this.cluster = cluster;
    this.report = report;
  }

  ExitCode verify(List<String> words) throws IOException {
    List<String> damaged = new ArrayList<>();
    for (String word : words) {
      if (LogSource.isDirectory(word, report.console()) ? !directory(word) : !live(word)) {
        damaged.add(word);
      }
    }
    return damaged.isEmpty()
        ? ExitCode.DONE
        : report.negative(
            "damaged",
            String.join(", ", damaged) + " is damaged",
            "start the node, and its peers give back what they can; where it refuses to start,"
                + " restore the files from a copy, or remove it from the cluster and start it under"
                + " a new id with an empty data directory");
  }

  private boolean directory(String word) throws IOException {
    try (FileDisk disk = FileDisk.look(report.console().directory().resolve(word))) {
      boolean inUse = disk.isInUse();
      Verification.Result result = Verification.of(disk, inUse);
      if (report.json()) {
        report.line(json(word, result, inUse));
        return result.intact();
      }
      report.line(word + (result.intact() ? " is intact: " : " is damaged: ") + summary(result));
      result.findings().forEach(finding -> report.line("  damaged: " + finding));
      result.notes().forEach(note -> report.line("  note: " + note));
      if (inUse) {
        report.line("  note: a node uses it, so this is a moment's picture");
      }
      return result.intact();
    }
  }

  private static String summary(Verification.Result result) {
    Identity identity = result.identity();
    TermRuns terms = result.terms();
    String whose =
        identity == null
            ? "nobody knows whose it is"
            : "node %s of cluster %s".formatted(identity.node(), identity.cluster());
    String entries =
        terms == null
            ? "the log cannot be read to its end"
            : terms.lastIndex() < terms.firstIndex()
                ? "no entries"
                : "entries %d to %d, last term %d"
                    .formatted(terms.firstIndex(), terms.lastIndex(), terms.last().term());
    return whose
        + ", "
        + entries
        + (result.snapshotIndex() == 0 ? "" : ", snapshot up to " + result.snapshotIndex());
  }

  private static JsonObject json(String word, Verification.Result result, boolean inUse) {
    JsonObject json = new JsonObject();
    json.put("source", word);
    json.put("intact", result.intact());
    json.put("inUse", inUse);
    Identity identity = result.identity();
    if (identity != null) {
      json.put("cluster", identity.cluster());
      json.put("id", identity.node().value());
    }
    TermRuns terms = result.terms();
    if (terms != null) {
      json.put("firstIndex", terms.firstIndex());
      json.put("lastIndex", terms.lastIndex());
      json.put("lastTerm", terms.last().term());
    }
    json.put("snapshotIndex", result.snapshotIndex());
    json.put("findings", new JsonArray(result.findings()));
    json.put("notes", new JsonArray(result.notes()));
    return json;
  }

  /// What a node gave of what it has committed.
  ///
  /// @param finding what is wrong; empty where nothing is
  private record Reading(long count, String finding) {}

  private boolean live(String word) throws IOException {
    try (LiveLog log = LiveLog.open(word, cluster)) {
      Reading reading = log.damage().isEmpty() ? readAll(log, word) : new Reading(0, log.damage());
      tellLive(word, log, reading);
      return reading.finding.isEmpty();
    }
  }

  /// Has a node read all that it has committed. It checks each entry as it reads it, and knows of
  /// what it cannot read from then on.
  private Reading readAll(LiveLog log, String word) throws IOException {
    long count = 0;
    long term = 0;
    try {
      LogSource.Records records = log.records(log.firstIndex());
      for (LogRecord it = records.next(); it != null; it = records.next()) {
        if (it.entry().term() < term) {
          return new Reading(
              count, "entry " + it.entry().index() + " has a lower term than the one before it");
        }
        term = it.entry().term();
        count++;
      }
      return new Reading(count, "");
    } catch (NoAnswerException e) {
      String damage = LiveLog.open(word, cluster).damage();
      if (damage.isEmpty()) {
        throw e;
      }
      return new Reading(count, damage);
    }
  }

  private void tellLive(String word, LiveLog log, Reading reading) {
    boolean intact = reading.finding.isEmpty();
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("source", word);
      json.put("intact", intact);
      json.put("firstIndex", log.firstIndex());
      json.put("lastIndex", log.lastIndex());
      json.put("findings", new JsonArray(intact ? List.of() : List.of(reading.finding)));
      report.line(json);
    } else if (intact) {
      report.line(
          "%s is intact: %d committed entries up to %d, as the live node reads them"
              .formatted(word, reading.count, log.lastIndex()));
    } else {
      report.line(word + " is damaged: " + reading.finding);
    }
  }
}
