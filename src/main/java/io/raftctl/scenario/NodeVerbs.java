package io.raftctl.scenario;

import io.raftctl.cluster.ClusterException;
import io.raftctl.node.Outcome;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.repl.Groups;
import io.raftctl.repl.Times;
import io.raftctl.simulation.SimulatedStage;
import io.raftctl.simulation.SimulatedStage.NodeState;
import io.raftctl.simulation.fault.Barrier;
import io.raftctl.simulation.script.Act;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a script does to the nodes, their links, disks and clocks, and what it waits for.
final class NodeVerbs {
  static final List<String> WORDS =
      List.of(
          "kill",
          "stop",
          "start",
          "restart",
          "pause",
          "resume",
          "partition",
          "cut",
          "heal",
          "clock",
          "rot",
          "sleep",
          "wait",
          "add-node",
          "remove-node");

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SimulatedStage stage;
  private final Cast cast;
  private final PrintStream out;

  NodeVerbs(SimulatedStage stage, PrintStream out) {
    this.stage = stage;
    this.cast = new Cast(stage);
    this.out = out;
  }

  /// @param verb one of [#WORDS]
  void run(String verb, List<String> words) throws ClusterException {
    switch (verb) {
      case "kill" -> each(words, verb, "killed", "is down", this::kill);
      case "stop" -> each(words, verb, "stopped", "is down", this::kill);
      case "start" -> each(words, verb, "started", "runs already", this::start);
      case "restart" -> each(words, verb, "restarted", "", this::restart);
      case "pause" -> pause(words);
      case "resume" -> each(words, verb, "resumed", "is not paused", stage::resume);
      case "partition" -> partition(words);
      case "cut" -> cut(words);
      case "heal" -> heal(words);
      case "clock" -> clock(words);
      case "rot" -> rot(words);
      case "sleep" -> sleep(words);
      case "wait" -> await(words);
      case "add-node" -> add(words);
      case "remove-node" -> remove(words);
      default -> throw new IllegalArgumentException("not one of WORDS: " + verb);
    }
  }

  private static ClusterException usage(String usage) {
    return ClusterException.usage("usage: " + usage, "NODE is an id, leader, follower or all");
  }

  /// `all` means those it can be done to; a node that is named must be one of them.
  private void each(
      List<String> words, String verb, String done, String otherwise, Predicate<NodeId> action)
      throws ClusterException {
    if (words.isEmpty()) {
      throw usage(verb + " NODE…");
    }
    for (NodeId node : cast.nodes(words)) {
      if (action.test(node)) {
        out.println(done + " " + node);
      } else if (!words.contains("all")) {
        throw ClusterException.negative("node " + node + " " + otherwise, "");
      }
    }
  }

  private boolean restart(NodeId node) {
    kill(node);
    return start(node);
  }

  private boolean kill(NodeId node) {
    return stage.perform(new Act.Kill(node));
  }

  private boolean start(NodeId node) {
    return stage.perform(new Act.Start(node));
  }

  /// With a time behind the nodes they go on by themselves.
  private void pause(List<String> words) throws ClusterException {
    boolean timed = words.size() > 1 && words.getLast().matches("[0-9.]+(ms|s|m)");
    List<String> nodes = timed ? words.subList(0, words.size() - 1) : words;
    Duration time = timed ? Times.of(words.getLast()) : Duration.ZERO;
    each(
        nodes,
        "pause",
        "paused",
        "does not run",
        node -> timed ? stage.perform(new Act.Pause(node, micros(time))) : stage.pause(node));
  }

  private void partition(List<String> words) throws ClusterException {
    List<String> all = cast.cluster().stream().map(NodeId::value).toList();
    List<List<String>> groups =
        Groups.of(
            words, all, word -> cast.nodes(List.of(word)).stream().map(NodeId::value).toList());
    stage.perform(new Act.Heal());
    for (int side = 1; side < groups.size(); side++) {
      List<String> before = groups.subList(0, side).stream().flatMap(List::stream).toList();
      stage.perform(new Act.Cut(new Barrier(ids(before), ids(groups.get(side)), true)));
    }
    out.println("partitioned " + Groups.describe(groups));
  }

  private static List<NodeId> ids(List<String> words) {
    return words.stream().map(NodeId::new).toList();
  }

  /// `cut 1 2`, `cut 1 > 2`, and the same between groups: `cut 1 2 | 3`, `cut 1 2 > 3`.
  private void cut(List<String> words) throws ClusterException {
    boolean two = words.size() == 2;
    boolean oneWay = words.contains(">");
    int middle = two ? 1 : words.indexOf(oneWay ? ">" : "|");
    if (middle < 1 || middle >= words.size() - (two ? 0 : 1)) {
      throw usage("cut NODE NODE, or cut NODE… > NODE…, with | in place of > both ways");
    }
    List<NodeId> from = cast.nodes(words.subList(0, middle));
    List<NodeId> to = cast.nodes(words.subList(two ? 1 : middle + 1, words.size()));
    if (!Collections.disjoint(from, to)) {
      throw ClusterException.usage("no node is cut off from itself", "");
    }
    stage.perform(new Act.Cut(new Barrier(from, to, !oneWay)));
    out.println("cut " + text(from) + (oneWay ? " > " : two ? " " : " | ") + text(to));
  }

  private static String text(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::value).collect(Collectors.joining(" "));
  }

  private void heal(List<String> words) throws ClusterException {
    if (!words.isEmpty()) {
      throw usage("heal");
    }
    stage.perform(new Act.Heal());
    out.println("healed");
  }

  private void clock(List<String> words) throws ClusterException {
    if (words.size() < 2) {
      throw usage("clock NODE… TIME");
    }
    Duration by = Times.of(words.getLast());
    for (NodeId node : cast.nodes(words.subList(0, words.size() - 1))) {
      stage.perform(new Act.Jump(node, micros(by)));
      out.println("the clock of " + node + " is ahead by " + Times.text(by));
    }
  }

  private void rot(List<String> words) throws ClusterException {
    if (words.size() != 2 || !words.get(1).matches("[0-9]{1,9}")) {
      throw usage("rot NODE INDEX");
    }
    NodeId node = cast.node(words.getFirst());
    if (!stage.state(node).role().equals("down")) {
      throw ClusterException.negative("node " + node + " runs", "kill it first");
    }
    if (!stage.rot(node, Long.parseLong(words.get(1)))) {
      throw ClusterException.negative(
          "the log of " + node + " holds no data at " + words.get(1), "see: log dump " + node);
    }
    out.println("entry " + words.get(1) + " of " + node + " has rotted");
  }

  private void sleep(List<String> words) throws ClusterException {
    if (words.size() != 1) {
      throw usage("sleep TIME");
    }
    stage.pass(micros(Times.of(words.getFirst())));
  }

  private void await(List<String> words) throws ClusterException {
    switch (words.isEmpty() ? "" : words.getFirst()) {
      case "leader" -> awaitLeader(words);
      case "leads" -> awaitLeads(words);
      case "log" -> awaitLog(words);
      case "converged" -> awaitConverged(words);
      default -> throw usage("wait leader|leads NODE|log NODE INDEX|converged [TIME]");
    }
  }

  private void awaitLeader(List<String> words) throws ClusterException {
    require(words, 1, () -> stage.leader().isPresent(), "no leader");
    NodeState leader = stage.state(cast.leader());
    out.println("leader " + leader.id() + " term " + leader.term());
  }

  private void awaitLeads(List<String> words) throws ClusterException {
    NodeId node = words.size() < 2 ? null : cast.node(words.get(1));
    require(
        words,
        2,
        () -> stage.leader().filter(it -> it.equals(node)).isPresent(),
        "it does not lead");
    out.println("leader " + node + " term " + stage.state(cast.leader()).term());
  }

  private void awaitLog(List<String> words) throws ClusterException {
    if (words.size() < 3 || !words.get(2).matches("[0-9]{1,9}")) {
      throw usage("wait log NODE INDEX [TIME]");
    }
    NodeId node = cast.node(words.get(1));
    long index = Long.parseLong(words.get(2));
    require(words, 3, () -> stage.state(node).lastIndex() >= index, "its log does not reach there");
    out.println("the log of " + node + " reaches " + stage.state(node).lastIndex());
  }

  private void awaitConverged(List<String> words) throws ClusterException {
    require(words, 1, this::converged, "the running nodes do not agree");
    NodeState leader = stage.state(cast.leader());
    out.println("converged at index " + leader.appliedIndex() + " term " + leader.term());
  }

  /// All that run and belong to the cluster hold and have applied the same.
  private boolean converged() {
    NodeId leader = stage.leader().orElse(null);
    if (leader == null) {
      return false;
    }
    NodeState its = stage.state(leader);
    Configuration members = stage.members(leader);
    return members.members().stream()
        .map(stage::state)
        .filter(node -> !node.role().equals("down"))
        .allMatch(
            node ->
                node.term() == its.term()
                    && leader.equals(node.leader())
                    && node.lastIndex() == its.lastIndex()
                    && node.appliedIndex() == its.lastIndex()
                    && node.damage().isEmpty());
  }

  /// @param behind where the time stands, if there is one
  private void require(List<String> words, int behind, BooleanSupplier so, String otherwise)
      throws ClusterException {
    if (words.size() < behind || words.size() > behind + 1) {
      throw usage("wait leader|leads NODE|log NODE INDEX|converged [TIME]");
    }
    Duration patience = words.size() > behind ? Times.of(words.get(behind)) : PATIENCE;
    if (!stage.passUntil(so, micros(patience))) {
      throw ClusterException.negative(
          otherwise + " within " + Times.text(patience), "status tells what the nodes know");
    }
  }

  private void add(List<String> words) throws ClusterException {
    if (words.size() > 1) {
      throw usage("add-node [ID]");
    }
    Configuration members = stage.members(cast.leader());
    NodeId added =
        words.isEmpty()
            ? stage.nodes().stream()
                .filter(id -> !members.contains(id) && !members.removed().contains(id))
                .findFirst()
                .orElseThrow(() -> ClusterException.negative("there is no node left", ""))
            : cast.node(words.getFirst());
    if (members.contains(added)) {
      throw ClusterException.negative("node " + added + " is a member already", "");
    }
    start(added);
    settle(stage.add(added, micros(PATIENCE)));
    require(List.of(), 0, () -> votes(added), "node " + added + " does not vote");
    out.println("added " + added);
  }

  private boolean votes(NodeId node) {
    Configuration members = stage.leader().map(stage::members).orElse(Configuration.EMPTY);
    return members.votes(node) && !members.joint();
  }

  private void remove(List<String> words) throws ClusterException {
    if (words.isEmpty()) {
      throw usage("remove-node NODE…");
    }
    List<NodeId> leaving = cast.nodes(words);
    settle(stage.remove(leaving, null, micros(PATIENCE)));
    for (NodeId node : leaving) {
      kill(node);
      out.println("removed " + node);
    }
  }

  /// Says of a change that it is not done, where it is not.
  static void settle(Outcome outcome) throws ClusterException {
    switch (outcome) {
      case Outcome.Done _, Outcome.Known _ -> {}
      case Outcome.NotLeader _ -> throw ClusterException.unavailable("no node leads", "");
      case Outcome.Unavailable(String reason) ->
          throw ClusterException.unavailable("certainly not done: " + reason, "");
      case Outcome.Denied(String reason, String hint) ->
          throw ClusterException.denied(reason, hint);
      case Outcome.Indeterminate(String reason) ->
          throw ClusterException.indeterminate(
              "the outcome is unknown: " + reason, "it may be done, now or later");
    }
  }

  static long micros(Duration time) {
    return time.toNanos() / 1_000;
  }
}
