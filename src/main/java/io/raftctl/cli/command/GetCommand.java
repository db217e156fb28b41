package io.raftctl.cli.command;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Outcome.Done;
import io.raftctl.client.Outcome.Indeterminate;
import io.raftctl.client.Outcome.NotApplied;
import io.raftctl.client.Problem;
import io.raftctl.client.StaleReply;
import io.raftctl.statemachine.store.CommandText;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `get`: the linearizable read of one key.
public final class GetCommand implements Subcommand {
  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final ConsistencyOption consistency = new ConsistencyOption();
  private final PositionalParamSpec key = Options.parameter("0", "1", "K", "The key.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "get",
            "Print a key's value, as it is now. Exit code 1: no such key.",
            "",
            "Examples:",
            "  raftctl get greeting",
            "  value=$(raftctl get greeting) || echo 'no greeting'",
            "  raftctl get greeting --consistency stale -o json   # and how old it may be");
    return output.addTo(client.addTo(consistency.addTo(spec.addPositional(key))));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String name = key.getValue();
    String command = CommandText.join(List.of("get", name));
    ClusterClient cluster = client.client(report.console());
    if (consistency.stale()) {
      return switch (cluster.readStale(command)) {
        case Answer.Given<StaleReply>(StaleReply reply) -> tell(name, reply, report);
        case Answer.Missing<StaleReply>(Problem problem) -> report.fail(problem);
      };
    }
    return switch (cluster.read(command, consistency.value())) {
      case Done done when done.ok() -> tell(name, done, report);
      case Done _ -> report.negative("not-found", "there is no key '" + name + "'", "");
      case NotApplied no -> report.fail(no.problem());
      case Indeterminate unknown -> report.unknown(unknown);
    };
  }

  private static ExitCode tell(String name, StaleReply reply, Report report) {
    if (!reply.ok()) {
      return report.negative("not-found", "this node has no key '" + name + "'", "");
    }
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("key", name);
      json.put("value", reply.reply());
      report.line(ConsistencyOption.tell(reply, json));
    } else {
      report.line(reply.reply());
    }
    return ExitCode.DONE;
  }

  private static ExitCode tell(String name, Done done, Report report) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("key", name);
      json.put("value", done.reply());
      json.put("index", done.index());
      json.put("term", done.term());
      report.line(json);
    } else {
      report.line(done.reply());
    }
    return ExitCode.DONE;
  }
}
