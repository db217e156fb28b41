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
  void send(List<Message> messages);

  /// How long a sync may take at the moment.
  long syncMicrosMax();

  /// Writes a line of the trace.
  void note(String what);
}
