package io.raftctl.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterJson;
import io.raftctl.cluster.ClusterPlan;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.JavaNodeProgram;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeDescription;
import io.raftctl.repl.CommandLine;
import io.raftctl.repl.LineRunner;
import io.raftctl.repl.Prompt;
import io.raftctl.repl.ScriptRunner;
import io.raftctl.repl.Transcript;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One session over a running cluster: the prompt of a person, or the lines of a script.
final class ClusterSession {
  private static final Duration FIRST_LEADER_TIMEOUT = Duration.ofSeconds(20);

  /// Where the lines come from.
  ///
  /// @param lines null for a terminal, where the prompt reads them
  /// @param name what the lines are called in messages; empty for standard input
  record Input(@Nullable BufferedReader lines, String name) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (lines != null) {
        lines.close();
      }
    }
  }

  private final Report report;
  private final Console console;
  private final Function<Report, CommandLine> commandLine;

  ClusterSession(Report report, Function<Report, CommandLine> commandLine) {
    this.report = report;
    this.console = report.console();
    this.commandLine = commandLine;
  }

  /// Finds the lines before anything is started.
  ///
  /// @param script a file, `-`, or null for standard input
  Input open(@Nullable String script) throws ClusterException {
    if (script == null && isTerminal()) {
      return new Input(null, "");
    }
    if (script == null || script.equals("-")) {
      // A decoder of one's own reports what it cannot read, where a charset alone replaces it.
      return new Input(
          new BufferedReader(new InputStreamReader(console.in(), UTF_8.newDecoder())), "");
    }
    Path file = console.directory().resolve(script);
    try {
      return new Input(new BufferedReader(new StringReader(Files.readString(file))), script);
    } catch (CharacterCodingException e) {
      throw ClusterException.usage(script + " is no text in UTF-8", "");
    } catch (NoSuchFileException e) {
      throw ClusterException.local("there is no file " + script, "");
    } catch (IOException e) {
      throw ClusterException.local("cannot read " + script + ": " + e.getMessage(), "");
    }
  }

  /// Runs the input over a cluster that ends with us, however we end.
  ExitCode supervise(LocalCluster cluster, Input input) throws ClusterException, IOException {
    Thread atExit = new Thread(() -> closeQuietly(cluster), "end of cluster");
    Runtime.getRuntime().addShutdownHook(atExit);
    try (cluster) {
      if (input.lines() == null) {
        cluster.await(view -> view.leader().isPresent(), FIRST_LEADER_TIMEOUT);
      } else {
        awaitLeader(cluster);
      }
      cluster.members().follow(Duration.ZERO);
      return converse(cluster, input, "exit or Ctrl-D ends the cluster");
    }
  }

  /// Runs the input over a cluster that goes on without us. Nothing is waited for: what has lost
  /// its leader is mended from here.
  ExitCode visit(LocalCluster cluster, Input input) throws ClusterException, IOException {
    cluster.members().follow(Duration.ZERO);
    return converse(cluster, input, "exit or Ctrl-D leaves it running");
  }

  /// Starts a cluster and leaves it running.
  ExitCode detach(ClusterPlan plan, ClusterRegistry registry, LocalCluster.Preparation preparation)
      throws ClusterException {
    LocalCluster cluster = LocalCluster.start(plan, registry, JavaNodeProgram.small(), preparation);
    try {
      awaitLeader(cluster);
      cluster.members().follow(Duration.ZERO);
      cluster.detach();
    } catch (ClusterException e) {
      cluster.close();
      throw e;
    }
    ClusterDescription description = cluster.description();
    if (report.json()) {
      report.line(ClusterJson.toJson(description));
    } else {
      describe(cluster, console.out());
      report.line("end it with: raftctl local-cluster stop " + description.name());
    }
    return ExitCode.DONE;
  }

  private ExitCode converse(LocalCluster cluster, Input input, String farewell)
      throws ClusterException, IOException {
    BufferedReader lines = input.lines();
    if (lines != null) {
      return run(cluster, lines, input.name());
    }
    LineRunner runner = new LineRunner(cluster, commandLine.apply(report), console.out());
    describe(cluster, console.out());
    report.line("help lists the commands; " + farewell);
    console.out().flush();
    Path history = ClusterRegistry.stateFolder(console.env()).resolve("history");
    new Prompt(cluster, runner, history).run();
    return ExitCode.DONE;
  }

  private ExitCode run(LocalCluster cluster, BufferedReader lines, String name) throws IOException {
    Transcript transcript = new Transcript();
    Console kept = console.writing(transcript.over(console.out()), transcript.over(console.err()));
    Report told = new Report(kept, report.json());
    LineRunner runner = new LineRunner(cluster, commandLine.apply(told), kept.out());
    return ExitCode.of(new ScriptRunner(runner::run, console.err(), transcript).run(lines, name));
  }

  private static void awaitLeader(LocalCluster cluster) throws ClusterException {
    if (cluster.await(view -> view.leader().isPresent(), FIRST_LEADER_TIMEOUT).leader().isEmpty()) {
      throw ClusterException.unavailable(
          "no leader within " + FIRST_LEADER_TIMEOUT.toSeconds() + "s",
          "the nodes' logs are in " + cluster.description().directory());
    }
  }

  private static void describe(LocalCluster cluster, PrintStream out) {
    ClusterDescription description = cluster.description();
    out.println("cluster " + description.name() + ", " + description.nodes().size() + " nodes");
    for (NodeDescription node : description.nodes()) {
      out.println("  " + node.id() + "  " + node.address() + "  http://" + node.http());
    }
    String fate = description.ephemeral() ? " (removed at the end)" : " (kept)";
    out.println("data and logs in " + description.directory() + fate);
    out.println("from another shell: export RAFTCTL_ENDPOINTS=" + description.endpoints());
  }

  private static void closeQuietly(LocalCluster cluster) {
    try {
      cluster.close();
    } catch (ClusterException e) {
      // The process is about to end, and with it the pipes that the nodes live on.
    }
  }

  @SuppressWarnings("SystemConsoleNull") // In Java 25 it is null again where there is no terminal.
  private static boolean isTerminal() {
    java.io.Console terminal = System.console();
    return terminal != null && terminal.isTerminal();
  }
}
