package io.raftctl.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What can be measured, and which options each takes.
enum Bench {
  LOAD(
      "--endpoints",
      "--nodes",
      "--data",
      "--jvm",
      "--clients",
      "--connections",
      "--keys",
      "--key-size",
      "--value-size",
      "--reads",
      "--warmup",
      "--time",
      "--timeout"),
  START("--nodes", "--data", "--jvm", "--runs"),
  FAILOVER("--nodes", "--data", "--jvm", "--runs"),
  IDLE("--nodes", "--data", "--jvm", "--warmup", "--time"),
  COMMAND("--endpoints", "--nodes", "--data", "--jvm", "--runs");

  static final List<String> NAMES = Arrays.stream(values()).map(Bench::word).toList();

  @SuppressWarnings("ImmutableEnumChecker") // List.of() is.
  private final List<String> options;

  Bench(String... options) {
    this.options = List.of(options);
  }

  /// @throws IllegalArgumentException where there is none of that name
  static Bench of(String name) {
    return Arrays.stream(values())
        .filter(bench -> bench.word().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + name + "' cannot be measured; there are " + String.join(", ", NAMES)));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @param option its long name
  boolean takes(String option) {
    return options.contains(option);
  }
}
