package io.raftctl.cli.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.local.ClusterFailures;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.repl.ScriptRunner;
import io.raftctl.repl.Transcript;
import io.raftctl.scenario.SimulatedRunner;
import io.raftctl.scenario.Stories;
import io.raftctl.scenario.Stories.Story;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `scenario`: scripts over a simulated cluster, or over processes.
public final class ScenarioCommand implements Subcommand {
  private static final List<String> ACTIONS = List.of("run", "ls", "show");

  private final BiFunction<Report, List<String>, ExitCode> commandLine;
  private final OutputOptions output = new OutputOptions();
  private final OptionSpec processes =
      Options.flag(
          "--processes", "Run it over node processes of this machine, not simulated ones.");
  private final OptionSpec trace =
      Options.option(
          "--trace", "FILE", "Write what happens in the simulated world, an event a line.");
  private final PositionalParamSpec action =
      PositionalParamSpec.builder()
          .index("0")
          .arity("1")
          .required(true)
          .type(String.class)
          .paramLabel("ACTION")
          .completionCandidates(ACTIONS)
          .description("run, ls or show.")
          .build();
  private final PositionalParamSpec script =
      Options.parameter("1", "0..1", "FILE", "The script: a file, - for stdin, or a name of 'ls'.");

  /// @param commandLine runs another command, as the shell would
  public ScenarioCommand(BiFunction<Report, List<String>, ExitCode> commandLine) {
    this.commandLine = commandLine;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "scenario",
            "Run a script over a simulated cluster: a story about Raft, or one of your own.",
            "",
            "The lines are those of the prompt of 'local-cluster'. Lines that begin with 'expect'",
            "are about the line before them: 'expect OK', 'expect not leader 3', 'expect exit 4';",
            "exit code 1: something is not as expected. The same script gives the same run. See",
            "docs/scenarios.md for the language.",
            "",
            "Examples:",
            "  raftctl scenario ls",
            "  raftctl scenario run figure-8",
            "  raftctl scenario show stale-leader > mine.raft; raftctl scenario run mine.raft",
            "  raftctl scenario run stale-leader --processes");
    spec.addOption(processes).addOption(trace);
    return output.addTo(spec.addPositional(action).addPositional(script));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String wanted = action.getValue();
    String name = script.getValue();
    return switch (wanted) {
      case "ls" -> list(report);
      case "run", "show" -> {
        if (name == null) {
          yield report.misused(
              "'scenario " + wanted + "' needs a script", "see 'raftctl scenario ls'");
        }
        String text = find(name, report);
        if (text == null) {
          yield ExitCode.USAGE;
        }
        yield wanted.equals("show") ? show(text, report) : play(name, text, report);
      }
      default ->
          report.misused("there is no 'scenario " + wanted + "'", "see 'raftctl scenario --help'");
    };
  }

  private static ExitCode list(Report report) throws IOException {
    for (Story story : Stories.all()) {
      if (report.json()) {
        JsonObject json = new JsonObject();
        json.put("name", story.name());
        json.put("title", story.title());
        json.put("processes", story.processes());
        report.line(json);
      } else {
        report.line(
            "%-24s%s%s"
                .formatted(story.name(), story.title(), story.processes() ? " (--processes)" : ""));
      }
    }
    return ExitCode.DONE;
  }

  private static ExitCode show(String text, Report report) {
    report.console().out().print(text);
    return ExitCode.DONE;
  }

  /// The lines of a file, or of a story where there is no such file; null where there is neither,
  /// and the user knows.
  private static @Nullable String find(String name, Report report) throws IOException {
    try {
      if (name.equals("-")) {
        ByteBuffer bytes = ByteBuffer.wrap(report.console().in().readAllBytes());
        return UTF_8.newDecoder().decode(bytes).toString();
      }
      return Files.readString(report.console().directory().resolve(name));
    } catch (CharacterCodingException e) {
      report.misused((name.equals("-") ? "standard input" : name) + " is no text in UTF-8", "");
      return null;
    } catch (NoSuchFileException e) {
      Story story = Stories.named(name);
      if (story == null) {
        report.misused(
            "there is no file and no scenario '" + name + "'",
            "'raftctl scenario ls' lists those that come with raftctl");
      }
      return story == null ? null : story.text();
    }
  }

  private ExitCode play(String name, String text, Report report) throws IOException {
    Boolean real = processes.getValue();
    String traced = trace.getValue();
    if (real != null && real) {
      return traced == null
          ? playOnProcesses(text, report)
          : report.misused("--trace is for the simulated world", "leave out --processes");
    }
    if (traced == null) {
      return simulate(name, text, report, null);
    }
    Path file = report.console().directory().resolve(traced);
    try (PrintStream lines = new PrintStream(Files.newOutputStream(file), false, UTF_8)) {
      return simulate(name, text, report, lines::println);
    }
  }

  private static ExitCode simulate(
      String name, String text, Report report, @Nullable Consumer<String> trace)
      throws IOException {
    Console console = report.console();
    Transcript transcript = new Transcript();
    Console kept = console.writing(transcript.over(console.out()), transcript.over(console.err()));
    Report told = new Report(kept, report.json());
    SimulatedRunner runner =
        new SimulatedRunner(e -> ClusterFailures.tell(e, told).code(), kept.out(), trace);
    int code =
        new ScriptRunner(runner::run, console.err(), transcript)
            .run(new BufferedReader(new StringReader(text)), name);
    return ExitCode.of(code);
  }

  private ExitCode playOnProcesses(String text, Report report) throws IOException {
    Path file = Files.createTempFile("raftctl-scenario", ".raft");
    try {
      Files.writeString(file, text);
      return commandLine.apply(
          report,
          List.of(
              "local-cluster",
              "--ephemeral",
              "--nodes",
              Stories.nodes(text),
              "--script",
              file.toString()));
    } finally {
      Files.delete(file);
    }
  }
}
