package io.raftctl.simulation;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.judge.Safety;
import io.raftctl.simulation.network.SimulatedNetwork.Letter;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.transport.Address;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a simulated node sees of the world around it.
interface World {
  WorldConfig config();

  /// All nodes, ascending.
  List<NodeId> nodes();

  /// The nodes that make the cluster at first, ascending.
  List<NodeId> voters();

  /// Where those are reached at first, as each of them is told at its start.
  SortedMap<NodeId, Address> settings();

  /// The machine that is reached there, or null.
  @Nullable SimulatedNode at(Address address);

  Safety safety();

  /// What clients ask and hear.
  ClientHistory history();

  /// What is reached.
  Coverage coverage();

  /// A node has taken a turn, or has ended.
  ///
  /// @param raft null where it is down
  void seen(NodeId node, @Nullable Raft raft);

  Sabotage sabotage();

  long nowMicros();

  /// The machine of a node.
  SimulatedNode node(NodeId id);

  /// Plans an event.
  void after(long delayMicros, Runnable action);

  /// Hands a message to the network.
  void send(Letter letter);

  /// Has the network tell `to`, if it is reached there, where `from` is.
  void introduce(SimulatedNode from, NodeId to, Address there);

  /// Whether a node may lose its term and vote now. Two that have cannot help each other.
  boolean mayForget(NodeId node);

  /// Whether a node may lose the only snapshot that reaches its log, which begins after `base`: it
  /// can get another one.
  boolean mayLoseSnapshot(NodeId node, EntryId base);

  /// Whether a node may lose its disk now: the others can do without it, and know it.
  boolean mayLoseDisk(SimulatedNode node);

  /// Whether a node may get another address now. All others must be where the log says that they
  /// are: two that have moved at once might never find each other.
  boolean mayMove(SimulatedNode node);

  /// Whether others could commit what this leader sends: a majority of its members without it runs
  /// on disks that have room and go on.
  boolean othersTakeEntries(Raft leader);

  /// How long a sync may take at the moment.
  long syncMicrosMax();

  /// Tells whoever reads the trace of something that its hash is without.
  ///
  /// @param who a node, a client, or `-`
  /// @param what tells itself as a text
  void tell(String who, Object what);

  /// Writes a line of the trace.
  void note(String what);

  /// Writes a line of the trace that is about a node.
  void note(NodeId node, String what);
}
