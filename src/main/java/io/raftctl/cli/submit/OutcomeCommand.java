package io.raftctl.cli.submit;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Answer;
import io.raftctl.client.Outcome.Done;
import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.Problem;
import io.raftctl.client.RequestId;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `outcome`: what became of a request whose outcome was unknown.
public final class OutcomeCommand implements Subcommand {
  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec request =
      Options.parameter("0", "1", "REQUEST_ID", "The request, as the error named it.");
  private final OptionSpec since =
      OptionSpec.builder("--since")
          .type(long.class)
          .paramLabel("INDEX")
          .defaultValue("0")
          .description(
              "What the error named with it. Without it the answer may be that too much is"
                  + " forgotten to tell.")
          .build();
  private final OptionSpec cancel =
      Options.flag(
          "--cancel",
          "Unless it was applied, make sure that it never will be: 'not applied' is final then.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "outcome",
            "Tell what became of a request whose outcome was unknown.",
            "",
            "Exit codes: 0 applied, 1 not applied (with --cancel: and never will be), 4 nobody can",
            "tell any more: its session has expired, or its client has its answer.",
            "",
            "Examples:",
            "  raftctl outcome 00c0ffee00c0ffee-1",
            "  raftctl outcome 00c0ffee00c0ffee-1 --since 41 --cancel");
    spec.addOption(since).addOption(cancel);
    return output.addTo(client.addTo(spec.addPositional(request)));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    RequestId id;
    try {
      id = RequestId.parse(request.getValue());
    } catch (IllegalArgumentException e) {
      return report.misused(String.valueOf(e.getMessage()), "");
    }
    long index = since.getValue();
    if (index < 0) {
      return report.misused("--since is an index of the log, not " + index, "");
    }
    boolean cancels = Boolean.TRUE.equals(cancel.getValue());
    Answer<Fate> answer = client.client(report.console()).outcome(id, index, cancels);
    return switch (answer) {
      case Answer.Missing<Fate>(Problem problem) -> report.fail(problem, id.toString());
      case Answer.Given<Fate>(Fate fate) -> tell(id, fate, report);
    };
  }

  private static ExitCode tell(RequestId id, Fate fate, Report report) {
    return switch (fate) {
      case Fate.Applied(Done first) -> {
        JsonObject json = new JsonObject();
        json.put("state", "applied");
        json.putAll(Submission.json(first));
        line("applied at index " + first.index() + "\n" + first.reply(), json, report);
        yield ExitCode.DONE;
      }
      case Fate.Cancelled(long index, long term) -> {
        JsonObject json = state(id, "cancelled");
        json.put("index", index);
        json.put("term", term);
        line("not applied: can never apply", json, report);
        yield ExitCode.NEGATIVE;
      }
      case Fate.NotApplied(long asOf) -> {
        JsonObject json = state(id, "not-applied");
        json.put("asOf", asOf);
        line("not applied", json, report);
        yield ExitCode.NEGATIVE;
      }
      case Fate.Forgotten _ -> report.fail(forgotten(), id.toString());
    };
  }

  private static JsonObject state(RequestId id, String state) {
    JsonObject json = new JsonObject();
    json.put("state", state);
    json.put("requestId", id.toString());
    return json;
  }

  private static void line(String text, JsonObject json, Report report) {
    if (report.json()) {
      report.line(json);
    } else {
      report.line(text);
    }
  }

  private static Problem forgotten() {
    return new Problem(
        Problem.Code.INDETERMINATE,
        "nobody can tell any more: its session has expired, or its client has its answer",
        "give --since as the error named it, or look for what the command does in the data");
  }
}
