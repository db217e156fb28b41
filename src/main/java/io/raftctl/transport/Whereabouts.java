package io.raftctl.transport;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where a node takes the members to be: where its log says, and as its settings say where the log
/// does not.
///
/// Either may be out of date. A member may have moved, and the entry that will say so may need the
/// very member to be committed: of two nodes, neither could lead without the other. Or it is in the
/// log of all but this node, which was down meanwhile. And a node that joins gets the log from its
/// beginning on, where nothing places anybody yet. So a transport also tries where a peer says by
/// itself that it is. It does not begin there: what a node calls itself need not be a name by which
/// all others reach it.
public final class Whereabouts {
  private Whereabouts() {}

  /// @return a map of the caller's own, without the members that nothing places
  public static SortedMap<NodeId, Address> of(
      Configuration members, Map<NodeId, Address> settings) {
    TreeMap<NodeId, Address> placed = new TreeMap<>();
    for (NodeId node : members.members()) {
      String recorded = members.addresses().get(node);
      @Nullable Address address = recorded == null ? settings.get(node) : Address.parse(recorded);
      if (address != null) {
        placed.put(node, address);
      }
    }
    return placed;
  }
}
