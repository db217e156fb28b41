package io.raftctl.cli.log;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.LogEntry;
import java.util.Base64;

/// How an entry is printed, wherever it comes from.
final class LogLine {
  private LogLine() {}

  /// The name of the request, or a dash.
  static String request(LogEntry entry) {
    return entry.requestId() == null ? "-" : entry.requestId();
  }

  /// The command in one line; nothing where the entry is none.
  static String command(LogEntry entry) {
    if (!entry.kind().equals(LogEntry.COMMAND)) {
      return "";
    }
    String text = entry.text() == null ? "(" + entry.command().length + " bytes)" : entry.text();
    return text.replace("\n", "\\n").replace("\r", "\\r");
  }

  /// Index and term, as `index@term`, and the command, or the kind where it is none.
  static String brief(LogEntry entry) {
    String what = entry.kind().equals(LogEntry.COMMAND) ? command(entry) : "(" + entry.kind() + ")";
    return entry.index() + "@" + entry.term() + "\t" + request(entry) + "\t" + what;
  }

  static JsonObject json(LogEntry entry) {
    JsonObject json = new JsonObject();
    json.put("index", entry.index());
    json.put("term", entry.term());
    json.put("kind", entry.kind());
    if (entry.requestId() != null) {
      json.put("requestId", entry.requestId());
    }
    if (entry.text() != null) {
      json.put("command", entry.text());
    } else if (entry.kind().equals(LogEntry.COMMAND)) {
      json.put("commandBase64", Base64.getEncoder().encodeToString(entry.command()));
    }
    return json;
  }
}
