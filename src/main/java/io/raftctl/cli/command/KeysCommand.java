package io.raftctl.cli.command;

import com.grack.nanojson.JsonArray;
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
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `keys`: the keys that start alike.
public final class KeysCommand implements Subcommand {
  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final ConsistencyOption consistency = new ConsistencyOption();
  private final PositionalParamSpec prefix =
      Options.parameter("0", "0..1", "PREFIX", "What they start with (default: all).");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "keys",
            "Print the keys, sorted, one a line; one that holds blanks or quotes stands in quotes.",
            "",
            "Example: raftctl keys user/");
    return output.addTo(client.addTo(consistency.addTo(spec.addPositional(prefix))));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String start = prefix.getValue();
    String command = CommandText.join(start == null ? List.of("keys") : List.of("keys", start));
    ClusterClient cluster = client.client(report.console());
    if (consistency.stale()) {
      return switch (cluster.readStale(command)) {
        case Answer.Given<StaleReply>(StaleReply reply) ->
            reply.ok()
                ? tell(reply.reply(), json -> ConsistencyOption.tell(reply, json), report)
                : refused(reply.reply(), report);
        case Answer.Missing<StaleReply>(Problem problem) -> report.fail(problem);
      };
    }
    return switch (cluster.read(command, consistency.value())) {
      case Done done ->
          done.ok()
              ? tell(done.reply(), json -> place(done, json), report)
              : refused(done.reply(), report);
      case NotApplied no -> report.fail(no.problem());
      case Indeterminate unknown -> report.unknown(unknown);
    };
  }

  /// A program that is the state machine need not know of keys.
  private static ExitCode refused(String reply, Report report) {
    return report.negative("negative", "the state machine tells no keys: " + reply, "");
  }

  private static JsonObject place(Done done, JsonObject json) {
    json.put("index", done.index());
    json.put("term", done.term());
    return json;
  }

  /// @param place adds what the reply rests on
  private static ExitCode tell(String reply, UnaryOperator<JsonObject> place, Report report) {
    List<String> lines = reply.isEmpty() ? List.of() : reply.lines().toList();
    if (report.json()) {
      JsonArray keys = new JsonArray();
      lines.forEach(line -> keys.add(CommandText.unquote(line)));
      JsonObject json = new JsonObject();
      json.put("keys", keys);
      report.line(place.apply(json));
    } else {
      lines.forEach(report::line);
    }
    return ExitCode.DONE;
  }
}
