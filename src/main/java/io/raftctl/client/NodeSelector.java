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
  private NodeSelector() {}

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
                  case "all" -> true;
                  case "leader" -> node.id().equals(view.leader());
                  case "follower" ->
                      node.hasRole("follower")
                          && node.reachable()
                          && !Boolean.TRUE.equals(node.blocked());
                  default -> node.id().equals(word);
                })
        .limit(word.equals("all") ? Long.MAX_VALUE : 1)
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
