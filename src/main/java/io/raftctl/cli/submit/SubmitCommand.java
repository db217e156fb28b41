package io.raftctl.cli.submit;

import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.statemachine.store.CommandText;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `submit`: any command, or with `-` one a line.
public final class SubmitCommand implements Subcommand {
  private static final List<String> STANDARD_INPUT = List.of("-");

  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec command =
      Options.parameter(
          "0..*",
          "1..*",
          "COMMAND",
          "One argument is the command as it stands. Several are joined by blanks, and one that"
              + " is empty or holds blanks, quotes or control characters is put in quotes, so that"
              + " it stays one word. - reads a command a line from standard input.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "submit",
            "Submit a command and wait until it is committed and applied; print the reply.",
            "",
            "The store understands: put K V, get K, del K, cas K OLD NEW, incr K [N],",
            "keys [PREFIX]. Any other text is committed too, and answered as not understood.",
            "",
            "It is sent again until its outcome is known, and applied once however often that is.",
            "Exit codes: 1 the reply is negative, 3 certainly not applied, 4 outcome unknown:",
            "'raftctl outcome' tells it then.",
            "",
            "Examples:",
            "  raftctl submit put greeting \"hello, world\"",
            "  raftctl submit 'cas greeting \"hello, world\" bye'",
            "  seq -f 'put key%%g value' 1000 | raftctl submit -");
    return output.addTo(client.addTo(spec.addPositional(command)));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    List<String> arguments = command.getValue();
    if (arguments.equals(STANDARD_INPUT)) {
      StreamClient stream =
          StreamClient.stoppingAtFirstFailure(client.endpoints(report.console()), client.timeout());
      return StreamSubmission.run(stream, report);
    }
    String text = arguments.size() == 1 ? arguments.getFirst() : CommandText.join(arguments);
    return Submission.submit(client.client(report.console()), text, report);
  }
}
