package io.raftctl.simulation;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.transport.Address;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who wishes what of the members: operators, and nodes that join or that have moved, for as long
/// as it takes.
final class Wishes {
  /// A node that the cluster does not know, or does not know here, asks so often.
  private static final long PAUSE_MICROS = 250_000;

  private final World world;
  private final List<SimulatedNode> nodes;

  /// A node whose log does not say where it is asks, too, once it has heard of no leader for so
  /// many of these pauses.
  private static final int LEADERLESS_PAUSES = 8;

  /// Nodes that see to it that the cluster knows them, and for how many pauses each has heard of no
  /// leader.
  private final SortedMap<NodeId, Integer> asking = new TreeMap<>();

  Wishes(World world, List<SimulatedNode> nodes) {
    this.world = world;
    this.nodes = nodes;
  }

  /// A node that does not belong to the cluster at first joins it.
  ///
  /// @return whether it is such a node, in a world where they do
  boolean join(SimulatedNode node) {
    boolean joins = joins(node);
    if (joins) {
      introduceUnlessAsking(node);
    }
    return joins;
  }

  private boolean joins(SimulatedNode node) {
    return world.config().has(Trouble.JOINS) && !world.voters().contains(node.id());
  }

  /// Wishes for other members. Who joins is left to the leader.
  ///
  /// @return whether the node leads
  boolean change(SimulatedNode leader, List<NodeId> votersWanted, List<NodeId> learnersWanted) {
    Raft raft = leader.raft();
    if (raft == null || !raft.leads()) {
      return false;
    }
    Configuration members = raft.members();
    TreeSet<NodeId> voters = new TreeSet<>(votersWanted);
    TreeSet<NodeId> learners = new TreeSet<>(learnersWanted);
    SortedMap<NodeId, String> addresses = addresses(leader, members);
    voters.removeAll(members.joining());
    learners.removeAll(voters);
    for (NodeId learner : learners) {
      if (!members.contains(learner)) {
        addresses.putIfAbsent(learner, world.node(learner).address().toString());
      }
    }
    learners.addAll(members.joining());
    world.note(
        leader.id(),
        leader.id() + " is to change " + members + " to " + voters + ", learners " + learners);
    addresses.keySet().removeIf(id -> !voters.contains(id) && !learners.contains(id));
    leader.change(members, new Change(voters, learners, members.joining(), addresses), _ -> {});
    return true;
  }

  /// A machine gets another address: its node is started anew, and tells the cluster. Until all
  /// addresses are in the log, a leader is told to write them there.
  void move(SimulatedNode node) {
    if (world.mayMove(node)) {
      node.move();
      introduceUnlessAsking(node);
    } else {
      nodes.forEach(this::record);
    }
  }

  private void introduceUnlessAsking(SimulatedNode node) {
    if (asking.putIfAbsent(node.id(), 0) == null) {
      introduce(node);
    }
  }

  private void record(SimulatedNode leader) {
    Raft raft = leader.raft();
    if (raft != null && raft.leads()) {
      Configuration members = raft.members();
      wish(leader, members, members.learners(), members.joining(), addresses(leader, members));
    }
  }

  /// Asks for as long as the node's own log does not say that the cluster knows it, and knows where
  /// it is. The servers of nodes do so in production.
  private void introduce(SimulatedNode node) {
    Raft raft = node.raft();
    boolean leaderless = raft != null && raft.leader() == null;
    asking.compute(node.id(), (_, pauses) -> leaderless && pauses != null ? pauses + 1 : 0);
    if (!known(node)) {
      ask(node);
    }
    world.after(PAUSE_MICROS, () -> introduce(node));
  }

  private boolean known(SimulatedNode node) {
    Raft raft = node.raft();
    if (raft == null && node.able()) {
      return true; // It is down, and asks nobody.
    }
    if (raft != null && raft.damage().any()) {
      return false; // Who is where stood perhaps in what it lacks.
    }
    // For one that never comes up somebody else speaks.
    Configuration members = raft == null ? world.safety().members() : raft.members();
    String recorded = members.addresses().get(node.id());
    if (!members.contains(node.id())) {
      return members.removed().contains(node.id());
    }
    return recorded == null
        ? asking.getOrDefault(node.id(), 0) < LEADERLESS_PAUSES
        : recorded.equals(node.address().toString());
  }

  /// Whoever knows a leader takes the wish there. Any node can be asked: who starts one at another
  /// address, or lets it join, tells it where the others are.
  private void ask(SimulatedNode node) {
    for (SimulatedNode asked : nodes) {
      if (disowns(asked, node)) {
        return;
      }
      asked.heard(node.id(), node.address());
      SimulatedNode leader = leaderOf(asked);
      if (leader != null) {
        take(leader, node);
        return;
      }
    }
  }

  private static boolean disowns(SimulatedNode asked, SimulatedNode node) {
    Raft raft = asked.raft();
    return raft != null && raft.committedMembers().disowns(node.id(), node.incarnation());
  }

  private @Nullable SimulatedNode leaderOf(SimulatedNode asked) {
    Raft raft = asked.raft();
    NodeId leader = raft == null ? null : raft.leader();
    Address address = leader == null ? null : asked.addressOf(leader);
    SimulatedNode there = address == null ? null : world.at(address);
    Raft its = there == null ? null : there.raft();
    return its != null && its.leads() ? there : null;
  }

  /// The leader lets the node join, or knows it at its new address.
  private void take(SimulatedNode leader, SimulatedNode node) {
    Configuration members = leader.members();
    if (members.removed().contains(node.id())) {
      return;
    }
    TreeSet<NodeId> learners = new TreeSet<>(members.learners());
    TreeSet<NodeId> joining = new TreeSet<>(members.joining());
    if (!members.contains(node.id()) && !joins(node)) {
      return;
    }
    if (!members.contains(node.id())) {
      learners.add(node.id());
      joining.add(node.id());
    }
    SortedMap<NodeId, String> addresses = addresses(leader, members);
    String reached = addresses.put(node.id(), node.address().toString());
    if (!node.address().toString().equals(reached)) { // Or it is where it has always been.
      wish(leader, members, learners, joining, addresses);
    }
  }

  /// Where all members are, as far as the log does not say it and the leader knows.
  static SortedMap<NodeId, String> addresses(SimulatedNode leader, Configuration members) {
    SortedMap<NodeId, String> addresses = new TreeMap<>();
    for (NodeId member : members.members()) {
      Address address = leader.addressOf(member);
      if (address != null && !members.addresses().containsKey(member)) {
        addresses.put(member, address.toString());
      }
    }
    return addresses;
  }

  /// A wish by which the voters stay. What is so already is no change.
  private void wish(
      SimulatedNode leader,
      Configuration members,
      SortedSet<NodeId> learners,
      SortedSet<NodeId> joining,
      SortedMap<NodeId, String> addresses) {
    addresses.entrySet().removeIf(it -> it.getValue().equals(members.addresses().get(it.getKey())));
    if (!learners.equals(members.learners()) || !addresses.isEmpty()) {
      world.note(leader.id(), leader.id() + " is to note " + joining + " and " + addresses);
      leader.change(members, new Change(members.voters(), learners, joining, addresses), _ -> {});
    }
  }
}
