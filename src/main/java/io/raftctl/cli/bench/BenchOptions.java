package io.raftctl.cli.bench;

import io.raftctl.benchmark.IdleCost;
import io.raftctl.benchmark.Load;
import io.raftctl.benchmark.ThrowAway;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.terminal.Console;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.JavaNodeProgram;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What to measure with, and on which cluster. None has a default of the model's, so that an option
/// that was given for another benchmark is noticed.
final class BenchOptions {
  private static final List<String> PROFILES = List.of("fast", "small");

  /// Unless nobody uses the cluster: then its nodes take longer to compile what they do.
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final OptionSpec endpoints =
      text(
          "-e,--endpoints",
          "HOST:PORT,...",
          "The running cluster to use (default: one of its own, thrown away at the end).");
  private final OptionSpec nodes =
      number("-n,--nodes", "N", "How many nodes its own cluster has (default: 3).");
  private final OptionSpec data =
      text("--data", "DIR", "The folder in which its own cluster's data lie (default: this one).");
  private final OptionSpec jvm =
      OptionSpec.builder("--jvm")
          .type(String.class)
          .paramLabel("PROFILE")
          .completionCandidates(PROFILES)
          .description(
              "How its own nodes' Java runs: fast, as for production, or small, as"
                  + " local-cluster does (default: small for start and idle, else fast).")
          .build();
  private final OptionSpec clients =
      number("--clients", "N", "How many requests are under way at any moment (default: 256).");
  private final OptionSpec connections =
      number("--connections", "N", "How many streams the clients share (default: 1).");
  private final OptionSpec keys =
      number("--keys", "N", "How many different keys there are (default: 10000).");
  private final OptionSpec keySize = number("--key-size", "BYTES", "Of a key (default: 16).");
  private final OptionSpec valueSize =
      number("--value-size", "BYTES", "Of a value (default: 256).");
  private final OptionSpec reads =
      number("--reads", "PERCENT", "How many of the requests read (default: 0).");
  private final OptionSpec warmUp =
      Options.duration(
          "--warmup",
          "How long it runs before anything counts (default: %ds; idle %ds)."
              .formatted(WARM_UP.toSeconds(), IdleCost.SETTLE.toSeconds()));
  private final OptionSpec time =
      Options.duration("--time", "How long is measured (default: 10s).");
  private final OptionSpec timeout =
      Options.duration("--timeout", "How long one request may take (default: 5s).");
  private final OptionSpec runs =
      number("--runs", "N", "How often to measure: start 5, failover 10, command 20 by default.");

  private final List<OptionSpec> all =
      List.of(
          endpoints,
          nodes,
          data,
          jvm,
          clients,
          connections,
          keys,
          keySize,
          valueSize,
          reads,
          warmUp,
          time,
          timeout,
          runs);

  CommandSpec addTo(CommandSpec spec) {
    all.forEach(spec::addOption);
    return spec;
  }

  /// @throws IllegalArgumentException where an option was given that the benchmark does not take
  void check(Bench bench) {
    for (OptionSpec option : all) {
      if (option.getValue() != null && !bench.takes(option.longestName())) {
        throw new IllegalArgumentException(
            option.longestName() + " means nothing to bench " + bench.word());
      }
    }
    if (endpoints.getValue() != null) {
      for (OptionSpec option : List.of(nodes, data, jvm)) {
        if (option.getValue() != null) {
          throw new IllegalArgumentException(
              option.longestName() + " is for a cluster of its own, and -e names one that runs");
        }
      }
    }
  }

  Load load() {
    return new Load(
        value(clients, 256),
        value(connections, 1),
        value(keys, 10_000),
        value(keySize, 16),
        value(valueSize, 256),
        value(reads, 0),
        warmUp(Bench.LOAD),
        time());
  }

  /// The cluster that runs, or null where one is to be started.
  @Nullable Endpoints running() {
    String given = endpoints.getValue();
    return given == null ? null : Endpoints.parse(given, "-e");
  }

  ThrowAway throwAway(Bench bench, Console console) {
    String folder = value(data, ".");
    boolean demo = bench == Bench.START || bench == Bench.IDLE;
    JavaNodeProgram program =
        switch (value(jvm, demo ? "small" : "fast")) {
          case "small" -> JavaNodeProgram.small();
          case "fast" -> JavaNodeProgram.fast();
          case String other ->
              throw new IllegalArgumentException(
                  "'" + other + "' is no profile; there are " + String.join(" and ", PROFILES));
        };
    return new ThrowAway(
        "bench",
        value(nodes, 3),
        console.directory().resolve(folder),
        program,
        ClusterRegistry.ofUser(console.env()));
  }

  Duration warmUp(Bench bench) {
    return value(warmUp, bench == Bench.IDLE ? IdleCost.SETTLE : WARM_UP);
  }

  Duration time() {
    return value(time, Duration.ofSeconds(10));
  }

  Duration timeout() {
    return value(timeout, Duration.ofSeconds(5));
  }

  int runs(int standard) {
    int count = value(runs, standard);
    if (count < 1 || count > 10_000) {
      throw new IllegalArgumentException("--runs must be 1 to 10000, not " + count);
    }
    return count;
  }

  private static <T> T value(OptionSpec option, T standard) {
    T value = option.getValue();
    return value == null ? standard : value;
  }

  private static OptionSpec text(String names, String label, String description) {
    return option(names, label, description).type(String.class).build();
  }

  private static OptionSpec number(String names, String label, String description) {
    return option(names, label, description).type(Integer.class).build();
  }

  private static OptionSpec.Builder option(String names, String label, String description) {
    return OptionSpec.builder(names.split(",")).paramLabel(label).description(description);
  }
}
