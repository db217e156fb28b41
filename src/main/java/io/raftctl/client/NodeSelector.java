package io.raftctl.client;

import io.raftctl.client.Problem.Code;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The words that name nodes wherever nodes are named.
///
/// `leader` is the leader, `all` is every node, `follower` is one follower (the first by id that
/// can be reached and is not blocked), and anything else is an id.
public final class NodeSelector {
  /// The word for every node.
  public static final String ALL = "all";

  private static final Set<String> WORDS = Set.of("leader", "follower", ALL);

  private NodeSelector() {}

  /// Whether the word selects nodes by what they are, and is no id.
  public static boolean isSelector(String word) {
    return WORDS.contains(word);
  }

  /// The ids that the words stand for, each once. An id stands for itself, of a node or not; so the
  /// cluster is asked only where there is a selector.
  public static Answer<List<String>> ids(ClusterClient cluster, List<String> words) {
    Set<String> ids = new LinkedHashSet<>();
    for (String word : words) {
      if (!isSelector(word)) {
        ids.add(word);
        continue;
      }
      switch (cluster.status()) {
        case Answer.Missing<ClusterView>(Problem problem) -> {
          return new Answer.Missing<>(problem);
        }
        case Answer.Given<ClusterView>(ClusterView view) -> {
          switch (select(view, List.of(word))) {
            case Answer.Missing<List<NodeView>>(Problem problem) -> {
              return new Answer.Missing<>(problem);
            }
            case Answer.Given<List<NodeView>>(List<NodeView> nodes) ->
                nodes.forEach(node -> ids.add(node.id()));
          }
        }
      }
    }
    return new Answer.Given<>(List.copyOf(ids));
  }

  /// The nodes that the words name, each once, in the order of the words.
  public static Answer<List<NodeView>> select(ClusterView view, List<String> words) {
    Set<NodeView> selected = new LinkedHashSet<>();
    for (String word : words) {
      List<NodeView> nodes = select(view, word);
      if (nodes.isEmpty()) {
        return new Answer.Missing<>(nobody(view, word));
      }
      selected.addAll(nodes);
    }
    return new Answer.Given<>(new ArrayList<>(selected));
  }

  private static List<NodeView> select(ClusterView view, String word) {
    return view.nodes().stream()
        .filter(
            node ->
                switch (word) {
                  case ALL -> true;
                  case "leader" -> node.id().equals(view.leader());
                  case "follower" ->
                      node.hasRole("follower")
                          && node.reachable()
                          && !Boolean.TRUE.equals(node.blocked());
                  default -> node.id().equals(word);
                })
        .limit(word.equals(ALL) ? Long.MAX_VALUE : 1)
        .toList();
  }

  private static Problem nobody(ClusterView view, String word) {
    if (word.equals("leader") || word.equals("follower")) {
      return Problem.unavailable(
          "the cluster has no " + word + " now", "'status' shows every node");
    }
    String ids = view.nodes().stream().map(NodeView::id).collect(Collectors.joining(", "));
    return new Problem(
        Code.NOT_FOUND,
        "there is no node '" + word + "'",
        "the cluster has " + ids + "; 'leader', 'follower' and 'all' work too");
  }
}
