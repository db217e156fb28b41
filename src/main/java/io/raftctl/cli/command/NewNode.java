package io.raftctl.cli.command;

import io.raftctl.raft.NodeId;
import io.raftctl.server.served.ReservedIds;

/// What the command line may call a node that a command makes, and its new cluster.
public final class NewNode {
  private NewNode() {}

  /// @throws IllegalArgumentException where no cluster may be called so
  public static String cluster(String text) {
    if (!text.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a cluster id: use 1 to 64 letters, digits, '.', '_' or '-'");
    }
    return text;
  }

  /// @throws IllegalArgumentException where no node may be called so
  public static NodeId id(String text) {
    NodeId id = new NodeId(text);
    if (ReservedIds.contain(id)) {
      throw new IllegalArgumentException(ReservedIds.refusal(id));
    }
    return id;
  }
}
