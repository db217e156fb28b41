package io.raftctl.raft.members;

import io.raftctl.raft.NodeId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// The members of a cluster at one place of its log (§6; thesis §4.3).
///
/// While `outgoing` is not empty the configuration is joint: whatever is decided needs a majority
/// of the voters **and** one of the outgoing voters, so that neither set can decide alone.
///
/// @param voters who votes and counts
/// @param outgoing who voted before a change that is under way; empty where none is
/// @param learners who gets the log and neither votes nor counts
/// @param removed ids that were members once and never are again: what somebody promised under them
///   must not be mistaken for a newcomer's word
/// @param joining the learners that are to vote as soon as they have caught up
/// @param addresses where members are reached, as their transport writes it; a member that is not
///   here is found by the settings of each node
/// @param incarnations under which incarnation each member was met first ([Incarnation]); where
///   there are any, nothing rests on a member that is not here, or comes under another one
public record Configuration(
    SortedSet<NodeId> voters,
    SortedSet<NodeId> outgoing,
    SortedSet<NodeId> learners,
    SortedSet<NodeId> removed,
    SortedSet<NodeId> joining,
    SortedMap<NodeId, String> addresses,
    SortedMap<NodeId, Long> incarnations) {
  /// Of a node that waits to be told who its cluster is: nobody decides anything.
  public static final Configuration EMPTY = of(new TreeSet<>());

  /// @throws IllegalArgumentException where an id stands on two sides
  public Configuration {
    voters = copy(voters);
    outgoing = copy(outgoing);
    learners = copy(learners);
    removed = copy(removed);
    joining = copy(joining);
    addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
    TreeSet<NodeId> members = new TreeSet<>(voters);
    members.addAll(outgoing);
    if (learners.stream().anyMatch(members::contains)) {
      throw new IllegalArgumentException("a learner does not vote: " + learners);
    }
    members.addAll(learners);
    if (removed.stream().anyMatch(members::contains)) {
      throw new IllegalArgumentException("whoever is removed is no member: " + removed);
    }
    if (!learners.containsAll(joining)) {
      throw new IllegalArgumentException("who is to vote later learns now: " + joining);
    }
    if (!members.containsAll(addresses.keySet())) {
      throw new IllegalArgumentException("only members are reached: " + addresses.keySet());
    }
    if (!members.containsAll(incarnations.keySet())) {
      throw new IllegalArgumentException("only members are known: " + incarnations.keySet());
    }
  }

  /// Where everybody is found by the settings, no learner is to vote, and nobody was met.
  public Configuration(
      SortedSet<NodeId> voters,
      SortedSet<NodeId> outgoing,
      SortedSet<NodeId> learners,
      SortedSet<NodeId> removed) {
    this(voters, outgoing, learners, removed, new TreeSet<>(), new TreeMap<>(), new TreeMap<>());
  }

  /// Only voters, and no change under way.
  public static Configuration of(Collection<NodeId> voters) {
    return new Configuration(
        new TreeSet<>(voters), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
  }

  private static SortedSet<NodeId> copy(SortedSet<NodeId> nodes) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
  }

  /// Whether a change is under way.
  public boolean joint() {
    return !outgoing.isEmpty();
  }

  /// Whether the node's vote counts, before a change or after it.
  public boolean votes(NodeId node) {
    return voters.contains(node) || outgoing.contains(node);
  }

  /// Whether the node gets the log.
  public boolean contains(NodeId node) {
    return votes(node) || learners.contains(node);
  }

  /// All who get the log, in the order of their ids.
  public SortedSet<NodeId> members() {
    TreeSet<NodeId> members = new TreeSet<>(voters);
    members.addAll(outgoing);
    members.addAll(learners);
    return members;
  }

  /// All whose votes count, before a change or after it.
  public SortedSet<NodeId> deciders() {
    TreeSet<NodeId> deciders = new TreeSet<>(voters);
    deciders.addAll(outgoing);
    return deciders;
  }

  /// Whether a quorum may rest on what comes from the node under this incarnation.
  ///
  /// Where none is recorded at all the cluster begins, or comes from an older build, and everybody
  /// is trusted. From the first record on it takes one: who has none may have lost its disk.
  public boolean trusts(NodeId node, long incarnation) {
    return incarnations.isEmpty() || isRecorded(node, incarnation);
  }

  /// Whether there is an incarnation under which the node is trusted.
  public boolean knows(NodeId node) {
    return incarnations.isEmpty() || incarnations.containsKey(node);
  }

  /// Whether the node is known under another incarnation: it has lost its disk since.
  public boolean disowns(NodeId node, long incarnation) {
    return incarnations.containsKey(node) && !isRecorded(node, incarnation);
  }

  private boolean isRecorded(NodeId node, long incarnation) {
    Long recorded = incarnations.get(node);
    return recorded != null && recorded == incarnation;
  }

  /// The same members, with the incarnations of those of `met` that have none on record.
  public Configuration recording(SortedMap<NodeId, Long> met) {
    SortedMap<NodeId, Long> known = new TreeMap<>(met);
    known.keySet().retainAll(members());
    known.putAll(incarnations);
    return new Configuration(voters, outgoing, learners, removed, joining, addresses, known);
  }

  /// Whether those for whom `agrees` holds can decide. Where nobody votes, nobody can.
  public boolean decided(Predicate<NodeId> agrees) {
    return majority(voters, agrees) && (!joint() || majority(outgoing, agrees));
  }

  private static boolean majority(SortedSet<NodeId> nodes, Predicate<NodeId> agrees) {
    int count = 0; // No stream: a leader asks this with every tick and every answer.
    for (NodeId node : nodes) {
      count += agrees.test(node) ? 1 : 0;
    }
    return count > nodes.size() / 2;
  }

  /// The highest number that a majority has reached, of each set of voters where there are two.
  public long reached(ToLongFunction<NodeId> number) {
    long here = reached(voters, number);
    return joint() ? Math.min(here, reached(outgoing, number)) : here;
  }

  private static long reached(SortedSet<NodeId> nodes, ToLongFunction<NodeId> number) {
    if (nodes.isEmpty()) {
      return 0;
    }
    long[] numbers = new long[nodes.size()];
    int count = 0;
    for (NodeId node : nodes) {
      numbers[count++] = number.applyAsLong(node);
    }
    Arrays.sort(numbers);
    return numbers[(numbers.length - 1) / 2];
  }

  /// As the second half of a change leaves it: only the new voters, and who is no member any more
  /// is removed for good.
  ///
  /// @throws IllegalStateException where no change is under way
  public Configuration left() {
    if (!joint()) {
      throw new IllegalStateException("no change is under way");
    }
    TreeSet<NodeId> gone = new TreeSet<>(removed);
    outgoing.stream()
        .filter(node -> !voters.contains(node) && !learners.contains(node))
        .forEach(gone::add);
    return new Configuration(
        voters,
        new TreeSet<>(),
        learners,
        gone,
        joining,
        without(addresses, gone),
        without(incarnations, gone));
  }

  /// What is noted of members, but for those who are none any more.
  static <T> SortedMap<NodeId, T> without(SortedMap<NodeId, T> notes, SortedSet<NodeId> gone) {
    SortedMap<NodeId, T> kept = new TreeMap<>(notes);
    kept.keySet().removeAll(gone);
    return kept;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("voters ").append(voters);
    if (joint()) {
      text.append(" outgoing ").append(outgoing);
    }
    if (!learners.isEmpty()) {
      text.append(" learners ").append(learners);
    }
    if (!incarnations.isEmpty()) {
      text.append(" known ").append(incarnations.keySet());
    }
    return text.toString();
  }
}
