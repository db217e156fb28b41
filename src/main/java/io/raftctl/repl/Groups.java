package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;

/// The sides of a partition, as in `partition 1 2 | 3`.
public final class Groups {
  private Groups() {}

  /// Resolves a word to the ids of nodes.
  public interface Resolver {
    List<String> ids(String word) throws ClusterException;
  }

  /// The groups that the words name, and one more of all nodes that they leave out.
  public static List<List<String>> of(List<String> words, List<String> allIds, Resolver resolver)
      throws ClusterException {
    List<List<String>> groups = new ArrayList<>();
    groups.add(new ArrayList<>());
    List<String> left = new ArrayList<>(allIds);
    for (String word : separated(words)) {
      if (word.equals("|")) {
        groups.add(new ArrayList<>());
        continue;
      }
      for (String id : resolver.ids(word)) {
        if (!left.remove(id)) {
          throw ClusterException.usage(
              allIds.contains(id) ? "node " + id + " is named twice" : "no node " + id, "");
        }
        groups.getLast().add(id);
      }
    }
    groups.add(left);
    groups.removeIf(List::isEmpty);
    if (groups.size() < 2) {
      throw ClusterException.usage("a partition needs two sides", "such as: partition 1 2 | 3");
    }
    return groups;
  }

  public static String describe(List<List<String>> groups) {
    return String.join(" | ", groups.stream().map(group -> String.join(" ", group)).toList());
  }

  /// `1|2` is meant as `1 | 2`.
  private static List<String> separated(List<String> words) {
    List<String> parts = new ArrayList<>();
    for (String word : words) {
      for (String part : word.splitWithDelimiters("[|,]", 0)) {
        if (!part.isEmpty() && !part.equals(",")) {
          parts.add(part);
        }
      }
    }
    return parts;
  }
}
