package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;

/// A command line that writes down what it is asked to run.
final class RecordedCommandLine implements CommandLine {
  final List<String> runs = new ArrayList<>();
  final List<String> reports = new ArrayList<>();
  int exitCode;

  @Override
  public List<String> names() {
    return List.of("status", "submit", "get", "put", "log", "block", "unblock");
  }

  @Override
  public String summary(String name) {
    return "What " + name + " does";
  }

  @Override
  public int run(List<String> words, List<String> endpoints) {
    runs.add(String.join(" ", words));
    return exitCode;
  }

  @Override
  public String written(String word) {
    return word;
  }

  @Override
  public String meant(String written) {
    return written;
  }

  @Override
  public int report(ClusterException failure) {
    reports.add(failure.reason() + "; " + failure.hint());
    return failure.kind() == ClusterException.Kind.NEGATIVE ? 1 : 2;
  }
}
