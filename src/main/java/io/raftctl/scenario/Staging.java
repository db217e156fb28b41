package io.raftctl.scenario;

import io.raftctl.cluster.ClusterException;
import io.raftctl.simulation.SimulatedStage.Scene;
import java.util.List;
import java.util.Set;

/// What the first lines of a script say of its world; the world begins with the line behind them.
final class Staging {
  /// The words that such lines begin with.
  static final Set<String> WORDS =
      Set.of("nodes", "seed", "features", "message-bytes", "snapshot-bytes");

  private static final int NODES_MAX = 7;

  private int nodes = Scene.DEFAULT.nodes();
  private long seed = Scene.DEFAULT.seed();
  private long snapshotBytes = Scene.DEFAULT.snapshotBytes();
  private int messageBytes = Scene.DEFAULT.messageBytes();
  private boolean paper = Scene.DEFAULT.paper();

  /// What was said so far.
  Scene scene() {
    return new Scene(nodes, Scene.DEFAULT.spares(), seed, snapshotBytes, messageBytes, paper);
  }

  void set(List<String> words) throws ClusterException {
    if (words.size() != 2) {
      throw ClusterException.usage(
          "usage: " + words.getFirst() + " VALUE", "such as: nodes 5, features paper");
    }
    String value = words.get(1);
    switch (words.getFirst()) {
      case "nodes" -> nodes = (int) number(value, 1, NODES_MAX);
      case "seed" -> seed = number(value, 0, Long.MAX_VALUE);
      case "features" -> paper = paper(value);
      case "message-bytes" -> messageBytes = (int) number(value, 1, 1 << 20);
      case "snapshot-bytes" -> snapshotBytes = number(value, 1, 1 << 30);
      default -> throw new IllegalArgumentException("not one of WORDS: " + words);
    }
  }

  private static boolean paper(String value) throws ClusterException {
    return switch (value) {
      case "all" -> false;
      case "paper" -> true;
      default ->
          throw ClusterException.usage(
              "'" + value + "' are no features", "all, or paper: elections as in Figure 2 alone");
    };
  }

  private static long number(String text, long min, long max) throws ClusterException {
    if (text.matches("[0-9]{1,18}") && Long.parseLong(text) >= min && Long.parseLong(text) <= max) {
      return Long.parseLong(text);
    }
    throw ClusterException.usage(
        "'%s' is not a whole number from %d to %d".formatted(text, min, max), "");
  }
}
