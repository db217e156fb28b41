package io.raftctl.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// What somebody probably meant.
final class Suggestion {
  private Suggestion() {}

  /// The candidate with the fewest letters added, removed, changed or swapped, or null where even
  /// that is a different word. A word of one or two letters is near to everything.
  static @Nullable String nearest(String word, Collection<String> candidates) {
    if (word.length() < 3) {
      return null;
    }
    String nearest = null;
    int distanceMin = Math.max(1, word.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(word, candidate);
      if (distance < distanceMin) {
        distanceMin = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /// Optimal string alignment: the rows are prefixes of `a`, the columns prefixes of `b`.
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, i, b, j, cost);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(String a, int i, String b, int j, int[][] cost) {
    int change = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, 1 + cost[i - 2][j - 2]) : least;
  }
}
