package io.raftctl.raft.members;

import io.raftctl.raft.NodeId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A wish to change the members: who is to vote, and who is to learn. Whoever is named nowhere is
/// removed, and never comes back under its id.
///
/// @param voters at least one
/// @param learners nobody who votes
/// @param joining those of the learners that are to vote as soon as they have caught up
/// @param addresses where members are reached from now on; who is not named stays where it is
public record Change(
    SortedSet<NodeId> voters,
    SortedSet<NodeId> learners,
    SortedSet<NodeId> joining,
    SortedMap<NodeId, String> addresses) {
  public Change {
    voters = new TreeSet<>(voters);
    learners = new TreeSet<>(learners);
    joining = new TreeSet<>(joining);
    addresses = new TreeMap<>(addresses);
  }

  /// Of who votes and who learns, and of nothing else.
  public Change(SortedSet<NodeId> voters, SortedSet<NodeId> learners) {
    this(voters, learners, new TreeSet<>(), new TreeMap<>());
  }

  /// A learner that has caught up begins to vote.
  public static Change promotion(Configuration before, NodeId learner) {
    TreeSet<NodeId> voters = new TreeSet<>(before.voters());
    voters.add(learner);
    return new Change(
        voters,
        without(before.learners(), learner),
        without(before.joining(), learner),
        new TreeMap<>());
  }

  /// A learner goes.
  public static Change dismissal(Configuration before, NodeId learner) {
    return new Change(
        before.voters(),
        without(before.learners(), learner),
        without(before.joining(), learner),
        new TreeMap<>());
  }

  private static SortedSet<NodeId> without(SortedSet<NodeId> nodes, NodeId node) {
    TreeSet<NodeId> others = new TreeSet<>(nodes);
    others.remove(node);
    return others;
  }

  /// One voter more, or one who votes no longer.
  static boolean single(Configuration before, SortedSet<NodeId> voters) {
    TreeSet<NodeId> differing = new TreeSet<>(voters);
    differing.removeAll(before.voters());
    before.voters().stream().filter(node -> !voters.contains(node)).forEach(differing::add);
    return differing.size() <= 1;
  }

  /// What a node hears that comes back under its id on another data directory.
  public static String refusalOfDisowned(NodeId node) {
    return ("node %1$s was here with another data directory, and what it had promised is lost with"
            + " that; run 'raftctl member remove %1$s', and start this one on an empty directory"
            + " with a new --id and --join")
        .formatted(node);
  }

  /// Why a node that was removed has no place any more, in the words that it hears from whomever it
  /// asks, its own log included.
  public static String refusalOfRemoved(NodeId node) {
    return "node " + node + " was removed, and an id is not used again";
  }

  /// The configuration that begins this change: the last one already where the voters differ by one
  /// node at most (two majorities then overlap, thesis §4.1), joint otherwise (§6).
  ///
  /// @throws IllegalArgumentException for a change that makes no sense, with the reason in a line
  public Configuration from(Configuration before) {
    if (before.joint()) {
      throw new IllegalArgumentException("another change is under way");
    }
    if (voters.isEmpty()) {
      throw new IllegalArgumentException("a cluster without voters decides nothing");
    }
    for (NodeId node : before.removed()) {
      if (voters.contains(node) || learners.contains(node)) {
        throw new IllegalArgumentException(refusalOfRemoved(node) + "; take a new one");
      }
    }
    for (NodeId node : learners) {
      if (voters.contains(node)) {
        throw new IllegalArgumentException("node " + node + " cannot both vote and learn");
      }
      if (before.votes(node)) {
        throw new IllegalArgumentException(
            "node " + node + " votes; remove it, and add it under a new id to have it learn");
      }
    }
    if (!learners.containsAll(joining)) {
      throw new IllegalArgumentException("only who learns can be promoted later");
    }
    SortedSet<NodeId> gone = gone(before, before.learners());
    SortedMap<NodeId, String> reached = new TreeMap<>(before.addresses());
    reached.putAll(addresses);
    Configuration joint =
        new Configuration(
            voters,
            before.voters(),
            learners,
            gone,
            joining,
            Configuration.without(reached, gone),
            Configuration.without(before.incarnations(), gone));
    return single(before, voters) ? joint.left() : joint;
  }

  /// The removed ones, and those of `leaving` who are named nowhere.
  private SortedSet<NodeId> gone(Configuration before, SortedSet<NodeId> leaving) {
    TreeSet<NodeId> gone = new TreeSet<>(before.removed());
    leaving.stream()
        .filter(node -> !voters.contains(node) && !learners.contains(node))
        .forEach(gone::add);
    return gone;
  }
}
