package io.raftctl.simulation;

import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.judge.Safety;
import java.util.List;

/// What a simulated node sees of the world around it.
interface World {
  SimulationConfig config();

  /// All nodes, ascending.
  List<NodeId> nodes();

  /// The nodes that make the cluster at first, ascending.
  List<NodeId> voters();

  Safety safety();

  Sabotage sabotage();

  long nowMicros();

  /// Plans an event.
  void after(long delayMicros, Runnable action);

  /// Hands messages to the network.
  ///
  /// @param incarnation of the sender
  void send(long incarnation, List<Message> messages);

  /// Whether a node may lose its term and vote now. Two that have cannot help each other.
  boolean mayForget(NodeId node);

  /// Whether a node may lose its disk now: the others can do without it, and know it.
  boolean mayLoseDisk(SimulatedNode node);

  /// How long a sync may take at the moment.
  long syncMicrosMax();

  /// Writes a line of the trace.
  void note(String what);
}
