package io.raftctl.cli;

import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `completion`: the script that makes a shell complete our command lines.
final class CompletionCommand implements Subcommand {
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec shell =
      PositionalParamSpec.builder()
          .index("0")
          .arity("1")
          .type(String.class)
          .paramLabel("SHELL")
          .completionCandidates(Completions.SHELLS)
          .description("bash, zsh or fish.")
          .build();

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "completion",
            "Print a shell's completion script.",
            "",
            "Examples:",
            "  source <(raftctl completion bash)",
            "  raftctl completion zsh > ~/.zfunc/_raftctl",
            "  raftctl completion fish > ~/.config/fish/completions/raftctl.fish");
    return output.addTo(spec.addPositional(shell));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    String name = shell.getValue();
    if (!Completions.SHELLS.contains(name)) {
      return report.misused(
          "there is no completion for '" + name + "'",
          "choose one of " + String.join(", ", List.copyOf(Completions.SHELLS)));
    }
    report.console().out().print(Completions.of(name, Help.wholeModel()));
    return ExitCode.DONE;
  }
}
