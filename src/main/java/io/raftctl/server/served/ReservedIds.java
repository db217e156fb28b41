package io.raftctl.server.served;

import io.raftctl.raft.NodeId;
import java.util.List;

/// Ids that mean something else, so that no node may have them: selectors of nodes on the command
/// line; and folders, as the data of a node lie in one that is named after it.
public final class ReservedIds {
  private static final List<String> IDS = List.of("leader", "follower", "all", ".", "..");

  private ReservedIds() {}

  public static boolean contain(NodeId id) {
    return IDS.contains(id.value());
  }

  /// What is said of such an id.
  public static String refusal(NodeId id) {
    return "'" + id + "' cannot be the id of a node, as it means something else; choose another";
  }
}
