package io.raftctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterDirectory;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterPlan;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.JavaNodeProgram;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.raft.NodeId;
import io.raftctl.server.NodeServer;
import io.raftctl.server.NodeSettings;
import io.raftctl.server.StartException;
import io.raftctl.transport.Address;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `train-cache`: does once what commands do, so that the JVM can record which classes they need.
///
/// The launcher runs it when it finds no cache, for commands of the shell or for nodes and whatever
/// runs long. It needs nothing but room for a temporary directory, says nothing, and touches no
/// cluster: the commands run against a node of its own. When it trains for nodes, that node is part
/// of this process; else it is another one, so that a command's cache holds nothing of a node.
final class TrainCacheCommand implements Subcommand {
  private static final long LEADER_NANOS_MAX = Duration.ofSeconds(5).toNanos();

  private static final List<List<String>> LESSONS =
      List.of(
          List.of("put", "k", "v"),
          List.of("get", "k"),
          List.of("get", "k", "-o", "json"),
          List.of("get", "no such key"),
          List.of("cas", "k", "v", "w", "-o", "json"),
          List.of("incr", "n", "-1"),
          List.of("del", "k"),
          List.of("keys"),
          List.of("submit", "put", "k", "two words"),
          List.of("submit", "no such command"),
          List.of("log"),
          List.of("log", "-o", "json"),
          List.of("status"),
          List.of("status", "-o", "json"),
          List.of("block", "--from", "1", "--to", "2"),
          List.of("unblock", "--all"),
          List.of("version"),
          List.of("help"),
          List.of("help", "status"),
          List.of("completion", "bash"),
          List.of("completion", "zsh"),
          List.of("stauts"),
          List.of("status", "--wach"));

  private static final String FOR_NODES = "node";

  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec kind =
      Options.parameter("0", "0..1", "KIND", "command or node (default: command).");

  @Override
  public CommandSpec spec() {
    return output.addTo(
        Options.command("train-cache", "Do once what commands do, to record what they need.")
            .addPositional(kind));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    Path data = Files.createTempDirectory("raftctl-train-");
    try {
      return FOR_NODES.equals(kind.getValue()) ? trainForNodes(data) : trainForCommands(data);
    } catch (StartException | ClusterException e) {
      return report.failed(String.valueOf(e.getMessage()), "");
    } finally {
      delete(data);
    }
  }

  private static ExitCode trainForNodes(Path data) throws StartException {
    try (NodeServer server = NodeServer.start(settings(data), _ -> {})) {
      String endpoint = String.valueOf(server.address());
      ExitCode code = teach(endpoint, data);
      // Its stream needs much of what a node needs, and would make every other command wait for it.
      new Raftctl(quiet(endpoint, data)).run(List.of("submit", "-"));
      return code;
    }
  }

  private static ExitCode trainForCommands(Path data) throws ClusterException {
    ClusterPlan plan =
        new ClusterPlan(
            "train",
            ClusterDirectory.of(data.resolve("cluster")),
            OptionalInt.of(1),
            OptionalInt.empty(),
            true,
            false);
    ClusterRegistry registry = new ClusterRegistry(data.resolve("registry"));
    try (LocalCluster cluster = LocalCluster.start(plan, registry, JavaNodeProgram.small())) {
      return teach(cluster.endpoints().getFirst(), data);
    }
  }

  private static NodeSettings settings(Path data) {
    Address anyPort = new Address("127.0.0.1", 0);
    return new NodeSettings(
        "train",
        new NodeId("1"),
        anyPort,
        anyPort,
        new TreeMap<>(),
        List.of(),
        data.resolve("1"),
        Duration.ofMillis(50),
        Duration.ofMillis(10),
        true,
        false,
        64 << 20,
        data.resolve("ready"));
  }

  private static ExitCode teach(String endpoint, Path directory) {
    Raftctl raftctl = new Raftctl(quiet(endpoint, directory));
    long deadline = System.nanoTime() + LEADER_NANOS_MAX;
    while (raftctl.run(List.of("status")) != ExitCode.DONE && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    LESSONS.forEach(raftctl::run);
    return ExitCode.DONE;
  }

  private static Console quiet(String endpoint, Path directory) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    byte[] lines = "put a 1\nput b 2\n".getBytes(UTF_8);
    return new Console(
        new ByteArrayInputStream(lines),
        nowhere,
        nowhere,
        Map.of(Endpoints.VARIABLE, endpoint),
        directory);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
