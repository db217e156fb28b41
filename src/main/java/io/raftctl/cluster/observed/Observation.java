package io.raftctl.cluster.observed;

import java.util.List;
import java.util.Optional;

/// What the nodes that answered said of themselves at about the same time.
///
/// @param size how many nodes the cluster has, answering or not
/// @param answers in the order of the nodes
public record Observation(int size, List<NodeReport> answers) {
  public Observation {
    answers = List.copyOf(answers);
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
        .anyMatch(a -> isMajority(answers.stream().filter(b -> connected(a, b)).count()));
  }

  /// True if there is a leader and all `running` nodes answer and have applied all that it holds.
  public boolean converged(int running) {
    Optional<NodeReport> leader = leader();
    return leader.isPresent()
        && answers.size() >= running
        && answers.stream().allMatch(node -> agrees(node, leader.get()));
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
            .filter(node -> connected(leader, node))
            .count());
  }

  private static boolean connected(NodeReport a, NodeReport b) {
    return a.id().equals(b.id()) || (a.hears(b.id()) && b.hears(a.id()));
  }

  private boolean isMajority(long nodes) {
    return nodes > size / 2;
  }
}
