package io.raftctl.cli.command;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Problem;
import io.raftctl.server.NodeServer;
import io.raftctl.server.NodeSettings;
import io.raftctl.server.StartException;
import io.raftctl.statemachine.exec.ExecSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Model.CommandSpec;

/// `node`: a node of a cluster, until it is told to stop.
public final class NodeCommand implements Subcommand {
  private final NodeOptions options = new NodeOptions();
  private final OutputOptions output = new OutputOptions();

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "node",
            "Run a node of a cluster until it is told to stop. One line says when it serves.",
            "",
            "Each setting can come from the environment too. SIGTERM and Ctrl-C stop it cleanly.",
            "Exit codes: 2 the settings make no sense, 5 the cluster has removed this node or does"
                + " not",
            "let it join, 6 a port, a file or the disk failed.",
            "",
            "Examples:",
            "  raftctl node",
            "  raftctl node --exec 'bc -l'   # a program as the state machine: docs/exec.md",
            "  raftctl node --id 4 --listen 127.0.0.1:8084 --http 127.0.0.1:9094 \\",
            "    --join 127.0.0.1:8081",
            "  raftctl node --id 2 --http 127.0.0.1:9092 \\",
            "    --peers 1=127.0.0.1:8081,2=127.0.0.1:8082,3=127.0.0.1:8083");
    return output.addTo(options.addTo(spec));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    Console console = report.console();
    NodeSettings settings;
    ExecSettings exec;
    try {
      settings = options.settings(console.env(), console.directory());
      exec = options.exec(console.env());
    } catch (IllegalArgumentException e) {
      return misused(String.valueOf(e.getMessage()), report);
    }
    NodeServer server;
    try {
      server = NodeServer.start(settings, exec, line -> log(console, settings, line));
    } catch (StartException e) {
      return switch (e.kind()) {
        case USAGE -> report.misused(e.what(), e.hint());
        case LOCAL_IO -> report.failed(e.what(), e.hint());
      };
    }
    stopWithProcess(server);
    if (options.exitWithStdin()) {
      Thread.ofPlatform().daemon().name("stdin").start(() -> exitAtEndOf(console.in()));
    }
    tell(server, settings, report);
    CompletableFuture.anyOf(server.halted(), server.expelled()).join();
    server.close();
    if (server.expelled().isDone()) {
      return report.fail(
          new Problem(
              Problem.Code.DENIED,
              "the cluster has no place for node "
                  + settings.id()
                  + ": "
                  + server.expelled().join(),
              "docs/members.md tells how to come back under a new id"));
    }
    String reason = server.halted().join();
    return report.failed(
        "node " + settings.id() + " stopped itself: " + reason,
        "find the cause before you start it again");
  }

  /// A message says what to do next behind its last semicolon, or not at all.
  private static ExitCode misused(String message, Report report) {
    int end = message.lastIndexOf("; ");
    return end < 0
        ? report.misused(message, "see 'raftctl node --help'")
        : report.misused(message.substring(0, end), message.substring(end + 2));
  }

  /// A node that is told to stop and does so has done all that was asked: exit code 0, which the
  /// JVM would not give by itself. Where the process exits for another reason, it has stopped
  /// already.
  private static void stopWithProcess(NodeServer server) {
    Runnable stop =
        () -> {
          server.close();
          if (!server.halted().isDone() && !server.expelled().isDone()) {
            Runtime.getRuntime().halt(ExitCode.DONE.code());
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
  }

  /// The other end of the pipe is held by our parent, and ends with it however it ends.
  private static void exitAtEndOf(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A pipe that breaks has ended too.
    }
    System.exit(ExitCode.DONE.code());
  }

  private static void tell(NodeServer server, NodeSettings settings, Report report) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("cluster", settings.cluster());
      json.put("id", settings.id().toString());
      json.put("address", String.valueOf(server.address()));
      json.put("listen", server.listening().toString());
      json.put("http", server.http().toString());
      json.put("data", settings.data().toAbsolutePath().normalize().toString());
      report.line(json);
    } else {
      report.line(server.readyLine());
    }
    report.console().out().flush();
  }

  private static void log(Console console, NodeSettings settings, String line) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    console.err().append(now + " node " + settings.id() + ": " + line + "\n").flush();
  }
}
