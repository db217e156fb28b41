package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A command line that writes down what it is asked to run.
final class RecordedCommandLine implements CommandLine {
  final List<String> runs = new ArrayList<>();
  final List<String> reports = new ArrayList<>();
  int exitCode;

  @Override
  public SortedMap<String, String> commands() {
    SortedMap<String, String> commands = new TreeMap<>();
    for (String command : List.of("status", "submit", "get", "put", "log", "block", "unblock")) {
      commands.put(command, "What " + command + " does");
    }
    return commands;
  }

  @Override
  public int run(List<String> words, List<String> endpoints) {
    runs.add(String.join(" ", words));
    return exitCode;
  }

  @Override
  public int report(ClusterException failure) {
    reports.add(failure.reason() + "; " + failure.hint());
    return 1 + failure.kind().ordinal();
  }
}
