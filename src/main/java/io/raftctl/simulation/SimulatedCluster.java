package io.raftctl.simulation;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.simulation.SimulatedNode.Fate;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.coverage.ClusterStates;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.judge.Safety;
import io.raftctl.simulation.network.SimulatedNetwork;
import io.raftctl.simulation.network.SimulatedNetwork.Letter;
import io.raftctl.simulation.time.Chance;
import io.raftctl.simulation.time.Schedule;
import io.raftctl.simulation.time.Trace;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.simulation.witness.Told;
import io.raftctl.simulation.witness.Witnesses;
import io.raftctl.transport.Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The nodes of a world with the time, the network and the disks around them, before anybody does
/// anything to them.
final class SimulatedCluster implements World {
  private final WorldConfig config;
  private final Witnesses witnesses;
  private final Sabotage sabotage;
  private final Schedule schedule = new Schedule();
  private final Trace trace;
  private final List<NodeId> ids = new ArrayList<>();
  private final TreeMap<NodeId, Address> settings = new TreeMap<>();
  private final TreeMap<NodeId, SimulatedNode> nodes = new TreeMap<>();
  private final Safety safety;
  private final ClusterStates states;
  private final SimulatedNetwork network;
  private long syncMicrosMax;

  SimulatedCluster(long seed, WorldConfig config, Witnesses witnesses, Sabotage sabotage) {
    this.config = config;
    this.witnesses = witnesses;
    this.sabotage = sabotage;
    trace = new Trace(schedule, witnesses.trace());
    syncMicrosMax = config.disks().syncMicrosMax();
    for (int node = 1; node <= config.nodes() + config.spares(); node++) {
      ids.add(new NodeId(Integer.toString(node)));
    }
    safety = new Safety(ids);
    states = new ClusterStates(ids, witnesses.coverage());
    for (NodeId id : ids) {
      nodes.put(id, new SimulatedNode(id, this, Chance.of(seed, "node " + id)));
    }
    voters().forEach(id -> settings.put(id, node(id).address()));
    network = new SimulatedNetwork(seed, schedule, config.links(), this::deliver, this::lost);
    nodes.values().stream()
        .filter(it -> it.fate() == Fate.STARVED)
        .forEach(it -> network.starve(it.id()));
  }

  SimulatedNetwork network() {
    return network;
  }

  Trace trace() {
    return trace;
  }

  /// By id, ascending.
  SortedMap<NodeId, SimulatedNode> machines() {
    return nodes;
  }

  @Override
  public SimulatedNode node(NodeId id) {
    SimulatedNode node = nodes.get(id);
    if (node == null) {
      throw new AssertionError("there is no node " + id);
    }
    return node;
  }

  /// How many events have happened.
  long steps() {
    return schedule.done();
  }

  /// Lets the world go on up to that time. Every event checks itself.
  void runUntil(long micros) {
    while (schedule.runNext(micros)) {
      // Each of them does all there is to do.
    }
  }

  /// Lets the next event happen; false where there is none up to that time.
  boolean runNext(long untilMicros) {
    return schedule.runNext(untilMicros);
  }

  /// Plans something that somebody does from outside.
  void fromOutside(long delayMicros, Runnable action) {
    schedule.fromOutside(delayMicros, action);
  }

  /// From now on a sync takes no longer than this.
  void limitSyncs(long micros) {
    syncMicrosMax = micros;
  }

  /// Whether a node is to join that never catches up.
  boolean hopeless() {
    return !nodes.values().stream().allMatch(SimulatedNode::able);
  }

  /// Whoever has moved meanwhile does not get it.
  private void deliver(Letter letter) {
    SimulatedNode node = nodes.get(letter.message().to());
    if (node != null && node.address().equals(letter.receiver())) {
      if (node.running()) {
        trace.keep(node.id().value(), Told.hears(letter.message()));
      }
      node.receive(letter);
    }
  }

  private void lost(Message message) {
    trace.tell(message.from().value(), Told.loses(message));
  }

  private void introduce(NodeId from, Address at, NodeId to, Address there) {
    SimulatedNode node = nodes.get(to);
    if (node != null && node.address().equals(there)) {
      node.heard(from, at);
    }
  }

  @Override
  public WorldConfig config() {
    return config;
  }

  @Override
  public List<NodeId> nodes() {
    return ids;
  }

  @Override
  public List<NodeId> voters() {
    return ids.subList(0, config.nodes());
  }

  @Override
  public SortedMap<NodeId, Address> settings() {
    return settings;
  }

  @Override
  public @Nullable SimulatedNode at(Address address) {
    return nodes.values().stream()
        .filter(node -> node.address().equals(address))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Safety safety() {
    return safety;
  }

  @Override
  public Coverage coverage() {
    return witnesses.coverage();
  }

  @Override
  public ClientHistory history() {
    return witnesses.history();
  }

  @Override
  public void seen(NodeId node, @Nullable Raft raft) {
    states.seen(node, raft);
  }

  @Override
  public Sabotage sabotage() {
    return sabotage;
  }

  @Override
  public long nowMicros() {
    return schedule.nowMicros();
  }

  @Override
  public void after(long delayMicros, Runnable action) {
    schedule.after(delayMicros, action);
  }

  @Override
  public void send(Letter letter) {
    Message message = sabotage.sent(letter.message());
    safety.sent(message);
    trace.mix(message.hashCode());
    trace.keep(message.from().value(), Told.sends(message));
    network.send(new Letter(message, letter.incarnation(), letter.sender(), letter.receiver()));
  }

  @Override
  public boolean othersTakeEntries(Raft leader) {
    return leader.members().decided(it -> !it.equals(leader.id()) && node(it).takesEntries());
  }

  @Override
  public boolean mayMove(SimulatedNode mover) {
    SortedMap<NodeId, String> recorded = safety.members().addresses();
    return mover.able()
        && recorded.containsKey(mover.id())
        && safety.members().members().stream()
            .allMatch(member -> node(member).address().toString().equals(recorded.get(member)));
  }

  @Override
  public boolean mayLoseDisk(SimulatedNode candidate) {
    // Whoever holds no entry at all cannot tell this cluster from one that only begins; and the
    // others must be enough, all of them known, for as long as the members stay.
    return voters().size() >= 3
        && config.membersStay()
        && !config.has(Trouble.MOVES)
        && voters().contains(candidate.id())
        && voters().stream().allMatch(voter -> safety.disk(voter).lastIndex() > 0)
        && safety.members().incarnations().keySet().containsAll(voters())
        && voters().stream().noneMatch(voter -> safety.disk(voter).lacksFront())
        && nodes.values().stream().allMatch(node -> node.remembers() && !node.lostDisk());
  }

  @Override
  public void introduce(SimulatedNode from, NodeId to, Address there) {
    Address at = from.address();
    network.introduce(from.id(), to, () -> introduce(from.id(), at, to, there));
  }

  @Override
  public boolean mayLoseSnapshot(NodeId loser, EntryId base) {
    // Where members come and go, whoever is left must have it.
    boolean stay = config.membersStay();
    List<NodeId> others = members().stream().filter(member -> !member.equals(loser)).toList();
    Predicate<NodeId> holds = member -> safety.disk(member).holdsAllTo(base);
    return nodes.values().stream().noneMatch(SimulatedNode::lostDisk)
        && others.stream().anyMatch(holds)
        && (stay || others.stream().allMatch(holds));
  }

  /// Who belongs to the cluster by what is committed.
  private Collection<NodeId> members() {
    Collection<NodeId> recorded = safety.members().members();
    return recorded.isEmpty() ? voters() : recorded;
  }

  @Override
  public boolean mayForget(NodeId forgetful) {
    return !hopeless()
        && nodes.values().stream()
            .allMatch(
                node -> (node.id().equals(forgetful) || node.remembers()) && !node.lostDisk());
  }

  @Override
  public long syncMicrosMax() {
    return syncMicrosMax;
  }

  @Override
  public void tell(String who, Object what) {
    trace.tell(who, what);
  }

  @Override
  public void note(String what) {
    trace.add(what);
  }

  @Override
  public void note(NodeId node, String what) {
    trace.add(node.value(), what);
  }
}
