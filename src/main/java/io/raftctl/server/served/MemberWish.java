package io.raftctl.server.served;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.transport.Address;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What somebody wants the members to become, in the words of operators. What is so already is no
/// change, so that a wish may be sent again whenever its outcome is in doubt.
///
/// @param add new learners, or members that have moved, and where they are reached
/// @param promote learners that are to vote
/// @param remove members that are to go for good
/// @param vote whether the new ones of `add` are to vote as soon as they have caught up
public record MemberWish(
    SortedMap<NodeId, Address> add,
    SortedSet<NodeId> promote,
    SortedSet<NodeId> remove,
    boolean vote) {
  /// @throws Problem where an id or an address is none
  public static MemberWish of(
      Map<String, String> add, Iterable<String> promote, Iterable<String> remove, boolean vote)
      throws Problem {
    try {
      TreeMap<NodeId, Address> added = new TreeMap<>();
      add.forEach((id, address) -> added.put(new NodeId(id), Address.parse(address)));
      for (NodeId id : added.keySet()) {
        if (ReservedIds.contain(id)) {
          throw Problem.invalid(ReservedIds.refusal(id));
        }
      }
      return new MemberWish(added, nodes(promote), nodes(remove), vote);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static TreeSet<NodeId> nodes(Iterable<String> ids) {
    TreeSet<NodeId> nodes = new TreeSet<>();
    ids.forEach(id -> nodes.add(new NodeId(id)));
    return nodes;
  }

  /// The change that leads there.
  ///
  /// @param known where members are reached as far as this node knows: it goes into the
  ///   configuration with the first change, so that newcomers find everybody
  /// @return null where nothing is left to change
  /// @throws Problem where it makes no sense
  @Nullable Change from(Configuration before, Map<NodeId, Address> known) throws Problem {
    requirePossible(before);
    TreeSet<NodeId> voters = new TreeSet<>(before.voters());
    TreeSet<NodeId> learners = new TreeSet<>(before.learners());
    TreeSet<NodeId> joining = new TreeSet<>(before.joining());
    TreeMap<NodeId, String> addresses = new TreeMap<>();
    for (NodeId node : add.keySet()) {
      if (!voters.contains(node) && learners.add(node) && vote) {
        joining.add(node);
      }
    }
    voters.addAll(promote);
    voters.removeAll(remove);
    learners.removeAll(voters);
    learners.removeAll(remove);
    joining.retainAll(learners);
    for (NodeId node : before.members()) {
      Address address = known.get(node);
      if (address != null && !before.addresses().containsKey(node)) {
        addresses.put(node, address.toString());
      }
    }
    boolean moved = false;
    for (Map.Entry<NodeId, Address> member : add.entrySet()) {
      String address = member.getValue().toString();
      // Whoever is where it has always been need not be written down.
      String here = before.addresses().get(member.getKey());
      Address reached = before.contains(member.getKey()) ? known.get(member.getKey()) : null;
      moved |= !address.equals(here == null && reached != null ? reached.toString() : here);
      addresses.put(member.getKey(), address);
    }
    boolean same = voters.equals(before.voters()) && learners.equals(before.learners()) && !moved;
    return same ? null : new Change(voters, learners, joining, addresses);
  }

  private void requirePossible(Configuration before) throws Problem {
    for (NodeId node : add.keySet()) {
      if (before.removed().contains(node)) {
        throw new Problem(
            Problem.Code.DENIED,
            Change.refusalOfRemoved(node),
            "take a new id, and an empty data directory");
      }
    }
    for (NodeId node : promote) {
      if (!before.contains(node) && !add.containsKey(node)) {
        throw unknown(node, before, "add it first: raftctl member add " + node + "=HOST:PORT");
      }
    }
    for (NodeId node : remove) {
      if (!before.contains(node) && !before.removed().contains(node)) {
        throw unknown(node, before, "look with 'raftctl member ls'");
      }
      if (add.containsKey(node) || promote.contains(node)) {
        throw Problem.invalid("node " + node + " cannot both stay and go");
      }
    }
    if (remove.containsAll(before.voters()) && promote.isEmpty()) {
      throw new Problem(
          Problem.Code.DENIED,
          "nobody would be left to vote",
          "promote another node first, or stop the cluster");
    }
  }

  private static Problem unknown(NodeId node, Configuration before, String hint) {
    return new Problem(
        Problem.Code.NOT_FOUND,
        "node " + node + " is no member; the members are " + before.members(),
        hint);
  }
}
