package io.raftctl.transport;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where one node reaches the other members: by its settings first, and by its log from then on.
///
/// A member whose address the log holds may have moved since, and the entry that will say so may
/// need the very member to be committed: of two nodes, neither could lead without the other. So it
/// is answered where it says that it is reached, until the log says anything new about it. So is
/// one that nothing places: a node that joins gets the log from its beginning on, and where the
/// first members are may stand at its end only. But where the settings place a node and the log
/// does not, they have the last word: they may name another way to it than the node itself does.
///
/// Any thread may call it.
public final class Whereabouts {
  /// What a member said, and what the log had said until then, if anything.
  private record Told(@Nullable Address recorded, Address address) {}

  private final SortedMap<NodeId, Address> settings;
  private final TreeMap<NodeId, Address> recorded = new TreeMap<>();
  private final TreeMap<NodeId, Told> told = new TreeMap<>();

  /// Never changed, only replaced.
  private SortedMap<NodeId, Address> members;

  /// @param settings where nodes are reached as far as the log does not say it
  public Whereabouts(SortedMap<NodeId, Address> settings) {
    this.settings = new TreeMap<>(settings);
    this.members = this.settings;
  }

  /// Where the members are reached, as far as it is known.
  public synchronized SortedMap<NodeId, Address> members() {
    return Collections.unmodifiableSortedMap(members);
  }

  /// Where a member is reached, or null.
  public synchronized @Nullable Address of(NodeId member) {
    return members.get(member);
  }

  /// The log says who belongs to the cluster now.
  public synchronized void follow(Configuration configuration) {
    recorded.clear();
    configuration.addresses().forEach((node, text) -> recorded.put(node, Address.parse(text)));
    told.keySet().retainAll(configuration.members());
    told.entrySet()
        .removeIf(it -> !Objects.equals(it.getValue().recorded, recorded.get(it.getKey())));
    TreeMap<NodeId, Address> now = new TreeMap<>();
    for (NodeId node : configuration.members()) {
      Told word = told.get(node);
      Address known = word == null ? recorded.get(node) : word.address;
      Address address = known == null ? settings.get(node) : known;
      if (address != null) {
        now.put(node, address);
      }
    }
    members = now;
  }

  /// A member says where it is reached.
  ///
  /// @return whether it is reached elsewhere than before by that
  public synchronized boolean told(NodeId node, Address address) {
    Address log = recorded.get(node);
    boolean settled = log == null && settings.containsKey(node);
    if (settled || address.equals(members.get(node))) {
      return false;
    }
    told.put(node, new Told(log, address));
    TreeMap<NodeId, Address> now = new TreeMap<>(members);
    now.put(node, address);
    members = now;
    return true;
  }
}
