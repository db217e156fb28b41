package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.NodeProcess.State;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The verbs of the prompt that the command line does not have: they need the processes themselves.
final class ClusterVerbs {
  /// How a verb is written and what it does, for help and completion.
  record Verb(String usage, String description) {}

  private static final Duration WAIT_DEFAULT = Duration.ofSeconds(10);

  static final SortedMap<String, Verb> VERBS = new TreeMap<>();

  static {
    verb("kill", "NODE…", "End nodes without warning, as a crash would");
    verb("stop", "NODE…", "Let nodes end in good order");
    verb("start", "NODE…", "Start nodes that are down");
    verb("restart", "NODE…", "Stop nodes and start them again");
    verb("pause", "NODE…", "Freeze nodes: connected, but silent");
    verb("resume", "NODE…", "Let paused nodes go on");
    verb("partition", "NODE… | NODE…", "Cut all links between the sides");
    verb("cut", "NODE [>] NODE", "Cut one link, both ways or what the first one sends");
    verb("heal", "", "Mend every link");
    verb("clock", "NODE… TIME", "Let clocks jump ahead");
    verb("sleep", "TIME", "Let time pass");
    verb("wait", "leader|leads NODE|converged [TIME]", "Wait until it is so (10s)");
    verb("add-node", "[ID]", "Start one more node and have it join, until it votes");
    verb("remove-node", "NODE…", "Take nodes out of the cluster for good, and end them");
  }

  private static void verb(String name, String arguments, String description) {
    VERBS.put(name, new Verb((name + " " + arguments).strip(), description));
  }

  private interface Action {
    /// False if the node was not in a state for it.
    boolean on(NodeProcess node) throws ClusterException;
  }

  private final LocalCluster cluster;
  private final Selector selector;
  private final PrintStream out;

  ClusterVerbs(LocalCluster cluster, Selector selector, PrintStream out) {
    this.cluster = cluster;
    this.selector = selector;
    this.out = out;
  }

  void run(String verb, List<String> arguments) throws ClusterException {
    switch (verb) {
      case "kill" -> each(arguments, verb, "killed", "is down", cluster::kill);
      case "stop" -> each(arguments, verb, "stopped", "is down", cluster::stop);
      case "start" -> each(arguments, verb, "started", "runs already", this::start);
      case "restart" -> each(arguments, verb, "restarted", "", this::restart);
      case "pause" -> each(arguments, verb, "paused", "does not run", NodeProcess::pause);
      case "resume" -> each(arguments, verb, "resumed", "is not paused", NodeProcess::resume);
      case "partition" -> partition(arguments);
      case "cut" -> cut(arguments);
      case "heal" -> heal(arguments);
      case "clock" -> clock(arguments);
      case "sleep" -> sleep(arguments);
      case "add-node" -> add(arguments);
      case "remove-node" -> remove(arguments);
      case "wait" -> await(arguments);
      default -> throw new IllegalArgumentException("not one of VERBS: " + verb);
    }
  }

  static ClusterException usage(String verb) {
    Verb known = VERBS.get(verb);
    return ClusterException.usage(
        "usage: " + (known == null ? verb : known.usage()),
        "NODE is an id, leader, follower or all");
  }

  /// `all` means those it can be done to; a node that is named must be one of them.
  private void each(List<String> words, String verb, String done, String otherwise, Action action)
      throws ClusterException {
    if (words.isEmpty()) {
      throw usage(verb);
    }
    boolean lenient = words.contains("all");
    for (NodeProcess node : selector.nodes(words)) {
      if (action.on(node)) {
        out.println(done + " " + node.id());
      } else if (!lenient) {
        throw ClusterException.negative("node " + node.id() + " " + otherwise, "");
      }
    }
  }

  private boolean start(NodeProcess node) throws ClusterException {
    if (node.state() != State.DOWN) {
      return false;
    }
    cluster.start(node);
    return true;
  }

  private boolean restart(NodeProcess node) throws ClusterException {
    cluster.stop(node);
    return start(node);
  }

  private void partition(List<String> words) throws ClusterException {
    List<String> all = cluster.nodes().stream().map(NodeProcess::id).toList();
    List<List<String>> groups = Groups.of(words, all, selector::ids);
    cluster.links().partition(groups);
    out.println("partitioned " + Groups.describe(groups));
  }

  private void cut(List<String> words) throws ClusterException {
    boolean oneWay = words.size() == 3 && words.get(1).equals(">");
    if (words.size() != 2 && !oneWay) {
      throw usage("cut");
    }
    List<NodeProcess> nodes = selector.nodes(List.of(words.getFirst(), words.getLast()));
    if (nodes.size() != 2) {
      throw usage("cut");
    }
    List<String> from = List.of(nodes.getFirst().id());
    List<String> to = List.of(nodes.getLast().id());
    cluster.links().cut(from, to);
    if (!oneWay) {
      cluster.links().cut(to, from);
    }
    out.println("cut " + nodes.getFirst().id() + (oneWay ? " > " : " ") + nodes.getLast().id());
  }

  private void clock(List<String> words) throws ClusterException {
    if (words.size() < 2) {
      throw usage("clock");
    }
    Duration by = Times.of(words.getLast());
    for (NodeProcess node : selector.nodes(words.subList(0, words.size() - 1))) {
      node.machine().jumpClock(by);
      out.println("the clock of " + node.id() + " is ahead by " + Times.text(by));
    }
  }

  private void sleep(List<String> words) throws ClusterException {
    if (words.size() != 1) {
      throw usage("sleep");
    }
    try {
      Thread.sleep(Times.of(words.getFirst()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClusterException.local("interrupted", "");
    }
  }

  private void heal(List<String> words) throws ClusterException {
    if (!words.isEmpty()) {
      throw usage("heal");
    }
    cluster.links().heal();
    out.println("healed");
  }

  private void add(List<String> words) throws ClusterException {
    if (words.size() > 1) {
      throw usage("add-node");
    }
    NodeProcess added = cluster.members().add(words.isEmpty() ? null : words.getFirst());
    out.println("added " + added.id() + " at " + added.address());
  }

  private void remove(List<String> words) throws ClusterException {
    if (words.isEmpty()) {
      throw usage("remove-node");
    }
    List<NodeProcess> leaving = selector.nodes(words);
    cluster.members().remove(leaving);
    leaving.forEach(node -> out.println("removed " + node.id()));
  }

  private void await(List<String> words) throws ClusterException {
    int behind = !words.isEmpty() && words.getFirst().equals("leads") ? 2 : 1;
    if (words.size() < behind || words.size() > behind + 1) {
      throw usage("wait");
    }
    Duration timeout = words.size() > behind ? Times.of(words.get(behind)) : WAIT_DEFAULT;
    switch (words.getFirst()) {
      case "leader" -> awaitLeader(timeout, "");
      case "leads" -> awaitLeader(timeout, selector.nodes(words.subList(1, 2)).getFirst().id());
      case "converged" -> awaitConverged(timeout);
      default -> throw usage("wait");
    }
  }

  /// @param who is to lead; empty: anybody
  private void awaitLeader(Duration timeout, String who) throws ClusterException {
    Observation view =
        cluster.await(it -> it.leader().filter(leader -> leads(leader, who)).isPresent(), timeout);
    NodeReport leader =
        view.leader()
            .filter(it -> leads(it, who))
            .orElseThrow(
                () ->
                    ClusterException.negative(
                        (who.isEmpty() ? "no leader" : who + " does not lead")
                            + " within "
                            + Times.text(timeout),
                        view.majorityCanTalk()
                            ? "status tells what the nodes know"
                            : "no majority of the nodes runs and is connected"));
    out.println("leader " + leader.id() + " term " + leader.term());
  }

  private static boolean leads(NodeReport leader, String who) {
    return who.isEmpty() || leader.id().equals(who);
  }

  private void awaitConverged(Duration timeout) throws ClusterException {
    Observation view = cluster.await(it -> it.converged(cluster.running()), timeout);
    NodeReport leader =
        view.leader()
            .filter(it -> view.converged(cluster.running()))
            .orElseThrow(
                () ->
                    ClusterException.negative(
                        "the running nodes do not agree within " + Times.text(timeout),
                        "status tells who lags; blocked nodes cannot catch up"));
    out.println("converged at index " + leader.appliedIndex() + " term " + leader.term());
  }
}
