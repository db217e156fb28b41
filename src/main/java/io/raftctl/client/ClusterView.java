package io.raftctl.client;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The whole cluster as one of its nodes sees it.
///
/// @param cluster the cluster's id
/// @param leader the leader's id, or null where there is none
/// @param term the highest term that was seen
/// @param nodes all of them, in the order of their ids
public record ClusterView(
    String cluster, @Nullable String leader, long term, List<NodeView> nodes) {

  public ClusterView {
    nodes = List.copyOf(nodes);
  }

  /// Null where the answer has another shape.
  static @Nullable ClusterView of(@Nullable JsonObject json) {
    JsonArray rows = json == null ? null : json.getArray("nodes");
    if (json == null || rows == null) {
      return null;
    }
    List<NodeView> nodes = new ArrayList<>();
    for (Object row : rows) {
      if (!(row instanceof JsonObject node)) {
        return null;
      }
      nodes.add(NodeView.of(node));
    }
    return new ClusterView(
        json.getString("cluster", ""), json.getString("leader"), json.getLong("term"), nodes);
  }

  /// Whether this view has the last word: it has a leader, and a majority was asked. A node that is
  /// cut off from the others may still see itself lead.
  boolean isConclusive() {
    return leader != null && reachable() * 2 > nodes.size();
  }

  /// Whether this view knows more than the other.
  boolean isBetterThan(ClusterView other) {
    if (term != other.term) {
      return term > other.term;
    }
    if ((leader == null) != (other.leader == null)) {
      return leader != null;
    }
    return reachable() > other.reachable();
  }

  private long reachable() {
    return nodes.stream().filter(NodeView::reachable).count();
  }
}
