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
  private static final int SPARES = 2;

  private Scene scene = Scene.DEFAULT;

  /// What was said so far.
  Scene scene() {
    return scene;
  }

  void set(List<String> words) throws ClusterException {
    if (words.size() != 2) {
      throw ClusterException.usage(
          "usage: " + words.getFirst() + " VALUE", "such as: nodes 5, features paper");
    }
    String value = words.get(1);
    Scene now = scene;
    switch (words.getFirst()) {
      case "nodes" -> set((int) number(value, 1, NODES_MAX), now.seed(), now.snapshotBytes());
      case "seed" -> set(now.nodes(), number(value, 0, Long.MAX_VALUE), now.snapshotBytes());
      case "snapshot-bytes" -> set(now.nodes(), now.seed(), number(value, 1, 1 << 30));
      case "message-bytes" ->
          scene =
              new Scene(
                  now.nodes(),
                  now.spares(),
                  now.seed(),
                  now.snapshotBytes(),
                  (int) number(value, 1, 1 << 20),
                  now.paper());
      case "features" ->
          scene =
              new Scene(
                  now.nodes(),
                  now.spares(),
                  now.seed(),
                  now.snapshotBytes(),
                  now.messageBytes(),
                  paper(value));
      default -> throw new IllegalArgumentException("not one of WORDS: " + words);
    }
  }

  private void set(int nodes, long seed, long snapshotBytes) {
    scene = new Scene(nodes, SPARES, seed, snapshotBytes, scene.messageBytes(), scene.paper());
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
