package io.raftctl.scenario;

import io.raftctl.cluster.ClusterException;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.SimulatedStage;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.ActWords;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a seed does to its world, as a script that was made of it says it: requests for whose
/// answer nobody waits, disks, members that come and go.
final class ActVerbs {
  private static final String SETTLE = "settle";

  static final List<String> WORDS =
      Stream.concat(ActWords.VERBS.stream(), Stream.of(SETTLE)).toList();

  private final SimulatedStage stage;
  private final Cast cast;
  private final PrintStream out;

  ActVerbs(SimulatedStage stage, PrintStream out) {
    this.stage = stage;
    this.cast = new Cast(stage);
    this.out = out;
  }

  /// @param verb one of [#WORDS]
  void run(String verb, List<String> words) throws ClusterException {
    if (verb.equals(SETTLE)) {
      settle(words);
      return;
    }
    Act act = act(verb, words);
    for (NodeId node : named(act)) {
      cast.node(node.value()); // Who is not there is refused.
    }
    if (!stage.perform(act)) {
      throw ClusterException.negative(
          "this cannot be done as things are: " + act.line(), "status tells what the nodes know");
    }
    out.println(act.line());
  }

  private static List<NodeId> named(Act act) {
    List<NodeId> named = new ArrayList<>(act.nodes());
    if (act instanceof Act.Change change) {
      named.addAll(change.voters());
      named.addAll(change.learners());
    }
    return named;
  }

  private Act act(String verb, List<String> words) throws ClusterException {
    List<String> line = new ArrayList<>();
    line.add(verb);
    for (String word : words) {
      boolean stands = word.equals("leader") || word.equals("follower");
      line.add(stands ? cast.node(word).value() : word);
    }
    try {
      return ActWords.read(line);
    } catch (IllegalArgumentException e) {
      throw ClusterException.usage(String.valueOf(e.getMessage()), "NODE is an id or leader");
    }
  }

  /// Faults end, and the nodes must agree.
  private void settle(List<String> words) throws ClusterException {
    if (!words.isEmpty()) {
      throw ClusterException.usage("usage: settle", "");
    }
    stage.settle();
    out.println("settled");
  }
}
