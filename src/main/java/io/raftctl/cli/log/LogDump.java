package io.raftctl.cli.log;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.log.LogSource.LogRecord;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.ClusterClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// `log dump`: every entry of one log.
final class LogDump {
  private final ClusterClient cluster;
  private final boolean all;
  private final Report report;

  /// @param all whether to show records that were replaced too
  LogDump(ClusterClient cluster, boolean all, Report report) {
    this.cluster = cluster;
    this.all = all;
    this.report = report;
  }

  /// @param first the index to start at, or null for the first that is there
  ExitCode print(String word, @Nullable Long first) throws IOException {
    long damaged = 0;
    try (LogSource source = LogSource.open(word, cluster, report.console())) {
      if (source.isInUse() && !report.json()) {
        report.line("# a node uses " + word + ": this is a moment's picture");
      }
      long from = first == null ? source.firstIndex() : first;
      if (from < source.firstIndex()) {
        return report.misused(
            "%s begins with entry %d; those before are in a snapshot"
                .formatted(word, source.firstIndex()),
            "ask from " + source.firstIndex() + " on");
      }
      LogSource.Records records = source.records(from);
      for (LogRecord it = records.next(); it != null; it = records.next()) {
        damaged += it.damaged() ? 1 : 0;
        if (all || !it.replaced()) {
          show(it);
        }
        if (report.console().isClosed()) {
          return ExitCode.DONE;
        }
      }
    }
    return damaged == 0
        ? ExitCode.DONE
        : report.failed(
            "%s holds %d damaged entries".formatted(word, damaged),
            "raftctl log verify " + word + " says what to do");
  }

  private void show(LogRecord record) {
    String where = record.where();
    if (report.json()) {
      JsonObject json = LogLine.json(record.entry());
      if (where != null) {
        json.put("position", where);
      }
      if (record.replaced()) {
        json.put("replaced", true);
      }
      if (record.damaged()) {
        json.put("damaged", true);
      }
      report.line(json);
      return;
    }
    String kind =
        record.damaged() ? "damaged" : record.replaced() ? "replaced" : record.entry().kind();
    report.line(
        String.join(
                "\t",
                Long.toString(record.entry().index()),
                Long.toString(record.entry().term()),
                kind,
                LogLine.request(record.entry()),
                where == null ? "-" : where.replace(", byte ", ":"),
                record.damaged() ? "" : LogLine.command(record.entry()))
            .stripTrailing());
  }
}
