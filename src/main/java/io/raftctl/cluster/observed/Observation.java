package io.raftctl.cluster.observed;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What the nodes that answered said of themselves at about the same time.
///
/// @param voters the ids of those whose majority decides, answering or not
/// @param answers of all members that did, in the order of the nodes
public record Observation(SortedSet<String> voters, List<NodeReport> answers) {
  public Observation {
    voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    answers = List.copyOf(answers);
  }

  /// How many nodes vote.
  public int size() {
    return voters.size();
  }

  public Optional<NodeReport> node(String id) {
    return answers.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /// The node that leads and can commit: a majority, itself included, follows it over links that
  /// nothing cuts. A deposed leader that has not noticed yet is none.
  public Optional<NodeReport> leader() {
    return answers.stream().filter(NodeReport::leads).filter(this::followedByMajority).findFirst();
  }

  /// True if a majority of the nodes answers and can talk to each other, so that a leader is due.
  public boolean majorityCanTalk() {
    return answers.stream()
        .anyMatch(a -> isMajority(answers.stream().filter(b -> connected(a, b))));
  }

  /// True if there is a leader, and all that answer, `running` among them, have applied all that it
  /// holds.
  public boolean converged(Collection<String> running) {
    Optional<NodeReport> leader = leader();
    return leader.isPresent()
        && running.stream().allMatch(id -> node(id).isPresent())
        && answers.stream().allMatch(node -> agrees(node, leader.get()));
  }

  /// True if there is a leader, and all of these nodes follow it, or are it, and have applied
  /// everything up to this index.
  public boolean caughtUp(Collection<String> nodes, long index) {
    Optional<NodeReport> leader = leader();
    return leader.isPresent()
        && nodes.stream()
            .map(this::node)
            .allMatch(
                it ->
                    it.isPresent()
                        && it.get().term() == leader.get().term()
                        && it.get().appliedIndex() >= index);
  }

  private static boolean agrees(NodeReport node, NodeReport leader) {
    return node.term() == leader.term()
        && node.lastIndex() == leader.lastIndex()
        && node.commitIndex() == leader.lastIndex()
        && node.appliedIndex() == leader.lastIndex();
  }

  private boolean followedByMajority(NodeReport leader) {
    return isMajority(
        answers.stream()
            .filter(node -> node.term() == leader.term() && leader.id().equals(node.leader()))
            .filter(node -> connected(leader, node)));
  }

  private static boolean connected(NodeReport a, NodeReport b) {
    return a.id().equals(b.id()) || (a.hears(b.id()) && b.hears(a.id()));
  }

  private boolean isMajority(Stream<NodeReport> nodes) {
    return nodes.filter(node -> voters.contains(node.id())).count() > voters.size() / 2;
  }
}
