package io.raftctl.cli.command;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Outcome.Done;
import io.raftctl.client.Outcome.Indeterminate;
import io.raftctl.client.Outcome.NotApplied;
import io.raftctl.statemachine.store.CommandText;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `keys`: the keys that start alike.
public final class KeysCommand implements Subcommand {
  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
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
    return output.addTo(client.addTo(spec.addPositional(prefix)));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String start = prefix.getValue();
    String command = CommandText.join(start == null ? List.of("keys") : List.of("keys", start));
    return switch (client.client(report.console()).read(command)) {
      case Done done -> tell(done, report);
      case NotApplied no -> report.fail(no.problem());
      case Indeterminate unknown -> report.unknown(unknown);
    };
  }

  private static ExitCode tell(Done done, Report report) {
    List<String> lines = done.reply().isEmpty() ? List.of() : done.reply().lines().toList();
    if (report.json()) {
      JsonArray keys = new JsonArray();
      lines.forEach(line -> keys.add(CommandText.unquote(line)));
      JsonObject json = new JsonObject();
      json.put("keys", keys);
      json.put("index", done.index());
      json.put("term", done.term());
      report.line(json);
    } else {
      lines.forEach(report::line);
    }
    return done.ok() ? ExitCode.DONE : ExitCode.NEGATIVE;
  }
}
