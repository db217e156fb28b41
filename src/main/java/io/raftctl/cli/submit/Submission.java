package io.raftctl.cli.submit;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Outcome.Done;
import io.raftctl.client.Outcome.Indeterminate;
import io.raftctl.client.Outcome.NotApplied;

/// Submits one command and tells its outcome.
///
/// The state machine's reply is data whatever it says, so a `no` stands on standard output too; the
/// exit code tells the two apart.
final class Submission {
  private Submission() {}

  static ExitCode submit(ClusterClient cluster, String command, Report report) {
    return switch (cluster.submit(command)) {
      case Done done -> {
        tell(done, report);
        yield done.ok() ? ExitCode.DONE : ExitCode.NEGATIVE;
      }
      case NotApplied no -> report.fail(no.problem());
      case Indeterminate unknown -> report.unknown(unknown);
    };
  }

  static void tell(Done done, Report report) {
    if (report.json()) {
      report.line(json(done));
    } else {
      report.line(done.reply());
    }
  }

  static JsonObject json(Done done) {
    JsonObject json = new JsonObject();
    json.put("index", done.index());
    json.put("term", done.term());
    json.put("requestId", done.requestId().toString());
    json.put("ok", done.ok());
    json.put("reply", done.reply());
    return json;
  }
}
