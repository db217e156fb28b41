package io.raftctl.scenario;

import io.raftctl.cluster.ClusterException;
import io.raftctl.simulation.config.Settings;
import io.raftctl.simulation.config.WorldConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the first lines of a script say of its world; the world begins with the line behind them.
final class Staging {
  private static final String SEED = "seed";

  private final Map<String, String> said = new HashMap<>();
  private long seed = 1;

  /// Whether such a line begins with this word.
  static boolean knows(String word) {
    return word.equals(SEED) || Settings.WORDS.contains(word);
  }

  /// Draws what happens by itself.
  long seed() {
    return seed;
  }

  /// What was said so far.
  WorldConfig world() {
    return Settings.world(said);
  }

  void set(List<String> words) throws ClusterException {
    String word = words.getFirst();
    if (words.size() != 2) {
      throw ClusterException.usage("usage: " + word + " VALUE", "such as: nodes 5, features paper");
    }
    String value = words.get(1);
    if (word.equals(SEED)) {
      seed = seed(value);
      return;
    }
    said.put(word, value);
    try {
      world();
    } catch (IllegalArgumentException e) {
      throw ClusterException.usage(String.valueOf(e.getMessage()), "");
    }
  }

  private static long seed(String text) throws ClusterException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ClusterException.usage("'" + text + "' is not a whole number", "such as: seed 7");
    }
  }
}
