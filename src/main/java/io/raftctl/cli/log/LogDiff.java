package io.raftctl.cli.log;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.log.LogSource.LogRecord;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `log diff`: the first entry in which logs of one cluster differ.
///
/// Two logs may end at different places, and what is not committed may differ as long as the terms
/// do. A committed entry is the same everywhere, and so are entries of the same index and term
/// (§5.3): where these differ, somebody's data cannot be trusted.
final class LogDiff {
  private final ClusterClient cluster;
  private final Report report;
  private final List<LogSource> sources = new ArrayList<>();

  /// What the sources have at the first index where they differ; null in place of one that ends
  /// before.
  private record Difference(long index, List<@Nullable LogEntry> entries, boolean wrong) {}

  LogDiff(ClusterClient cluster, Report report) {
    this.cluster = cluster;
    this.report = report;
  }

  ExitCode diff(List<String> words, long from) throws IOException {
    try {
      for (String word : words) {
        sources.add(LogSource.open(word, cluster, report.console()));
      }
      return compare(from);
    } finally {
      for (LogSource source : sources) {
        source.close();
      }
    }
  }

  private ExitCode compare(long from) throws IOException {
    long first = from;
    long committed = 0;
    for (LogSource source : sources) {
      first = Math.max(first, source.firstIndex());
      committed = Math.max(committed, source.committedIndex());
    }
    long last = sources.stream().mapToLong(LogSource::lastIndex).max().orElse(0);
    Difference difference = firstDifference(first, committed);
    long sameUpTo = difference == null ? secondLast() : difference.index - 1;
    if (report.json()) {
      report.line(json(first, sameUpTo, committed, difference));
    } else {
      tell(first, sameUpTo, last, difference);
    }
    if (difference == null || !difference.wrong) {
      return ExitCode.DONE;
    }
    return report.negative(
        "differ",
        "entry " + difference.index + " differs where it must not",
        "raftctl log verify tells whether one of the directories is damaged; stop the nodes before"
            + " you go on");
  }

  /// Up to where there are two logs to compare.
  private long secondLast() {
    long[] lasts = sources.stream().mapToLong(LogSource::lastIndex).sorted().toArray();
    return lasts[lasts.length - 2];
  }

  private @Nullable Difference firstDifference(long first, long committed) throws IOException {
    List<LogSource.Records> all = new ArrayList<>();
    sources.forEach(source -> all.add(source.records(first)));
    for (long index = first; index <= secondLast(); index++) {
      List<@Nullable LogEntry> entries = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        entries.add(index <= sources.get(i).lastIndex() ? next(sources.get(i), all.get(i)) : null);
      }
      List<LogEntry> held = entries.stream().filter(Objects::nonNull).toList();
      if (!held.stream().allMatch(entry -> same(entry, held.getFirst()))) {
        return new Difference(index, entries, index <= committed || isImpossible(held));
      }
    }
    return null;
  }

  /// The next entry that counts.
  private LogEntry next(LogSource source, LogSource.Records records) throws IOException {
    LogRecord record = records.next();
    while (record != null && record.replaced()) {
      record = records.next();
    }
    if (record == null || record.damaged()) {
      throw new IOException(
          "%s has no intact entry where one should be; look with 'raftctl log verify %s'"
              .formatted(source.name(), source.name()));
    }
    return record.entry();
  }

  private static boolean same(LogEntry one, LogEntry other) {
    return one.index() == other.index()
        && one.term() == other.term()
        && (one.kind().equals(other.kind()) || (saysNothing(one) && saysNothing(other)))
        && Objects.equals(one.requestId(), other.requestId())
        && Arrays.equals(one.command(), other.command());
  }

  /// Whether the state machine is told nothing by the entry. Of those, a recovery makes one kind
  /// out of the other: who was a member of the old cluster is not taken over.
  private static boolean saysNothing(LogEntry entry) {
    return !entry.kind().equals(LogEntry.COMMAND);
  }

  /// Whether two of them have the same id and are not the same.
  private static boolean isImpossible(List<LogEntry> held) {
    return held.stream()
        .anyMatch(
            one ->
                held.stream().anyMatch(other -> one.term() == other.term() && !same(one, other)));
  }

  private void tell(long first, long sameUpTo, long last, @Nullable Difference difference) {
    report.line(
        sameUpTo < first
            ? "nothing to compare before entry " + first
            : "the same from entry %d to %d".formatted(first, sameUpTo));
    if (difference != null) {
      report.line(
          "entry %d differs%s"
              .formatted(
                  difference.index,
                  difference.wrong ? "" : ", as entries may that are not known to be committed"));
      for (int i = 0; i < sources.size(); i++) {
        LogEntry entry = difference.entries.get(i);
        report.line(
            "  " + sources.get(i).name() + "\t" + (entry == null ? "-" : LogLine.brief(entry)));
      }
    }
    for (LogSource source : sources) {
      if (source.lastIndex() < last) {
        report.line(
            "%s ends with entry %d, the longest with %d"
                .formatted(source.name(), source.lastIndex(), last));
      }
      if (source.isInUse()) {
        report.line("a node uses " + source.name() + ": this is a moment's picture");
      }
    }
  }

  private JsonObject json(
      long first, long sameUpTo, long committed, @Nullable Difference difference) {
    JsonObject json = new JsonObject();
    JsonArray logs = new JsonArray();
    for (LogSource source : sources) {
      JsonObject log = new JsonObject();
      log.put("source", source.name());
      log.put("firstIndex", source.firstIndex());
      log.put("lastIndex", source.lastIndex());
      log.put("inUse", source.isInUse());
      logs.add(log);
    }
    json.put("logs", logs);
    json.put("comparedFrom", first);
    json.put("sameUpTo", sameUpTo);
    json.put("committedIndex", committed);
    if (difference != null) {
      JsonObject found = new JsonObject();
      found.put("index", difference.index);
      found.put("wrong", difference.wrong);
      JsonArray entries = new JsonArray();
      for (LogEntry entry : difference.entries) {
        entries.add(entry == null ? null : LogLine.json(entry));
      }
      found.put("entries", entries);
      json.put("difference", found);
    }
    return json;
  }
}
