package io.raftctl.simulation;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.simulation.SimulatedNetwork.Letter;
import io.raftctl.simulation.SimulatedNode.Fate;
import io.raftctl.simulation.coverage.ClusterStates;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.judge.Safety;
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
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// One seed: a cluster of production nodes in a world whose disks, network and clocks are
/// simulated, broken for a while and then left in peace.
///
/// Everything happens on the calling thread. The same seed and the same code give the same run,
/// down to the trace's hash.
public final class Simulation {
  /// What a seed's run came to.
  ///
  /// @param traceHash the same for the same seed and the same code
  /// @param steps events that happened
  /// @param simulatedMicros how long the cluster lived
  /// @param acknowledged writes that were answered as done
  /// @param reads linearizable reads that were answered
  /// @param unknown writes that nobody could tell the outcome of
  /// @param repeated writes that were acknowledged after they had been sent again in doubt
  /// @param expired answers that a session had expired
  /// @param installs times that a node went on from a snapshot of a leader
  /// @param changes times that who votes or learns has changed
  /// @param joins nodes that joined and came to vote by their leader's doing
  /// @param dismissals nodes that joined, never caught up and were removed
  /// @param moves addresses of members that were recorded anew
  /// @param rejoins times that a node had lost its term and vote and counts again
  /// @param repairs damaged entries that came back
  /// @param misdirections writes that went to the wrong place and took the data of entries
  /// @param misdirectedRepairs entries that came back, among the repairs, whose data such a write
  ///   took
  /// @param heals times that a node's disk was full and had room again, without a restart
  /// @param wipes times that a node lost its disk and came back under its old id
  /// @param fallbacks times that a node's newest snapshot was rotten and the one before it was not
  /// @param replaced times that a node had lost the only snapshot that reaches its log and goes on
  ///   from another one
  /// @param hangs times that a disk hung and went on by itself
  /// @param killedHangs times that a disk hung until its node was killed
  /// @param handovers leaderships that were given away because the disk hung
  /// @param refusedWriting snapshots of nodes' own that found no room on the way
  /// @param refusedReceiving snapshots of leaders that found no room on the way
  /// @param fullInstalls times that a node went on from a snapshot of a leader on a full disk
  /// @param lost messages that never arrived
  public record Report(
      long seed,
      long traceHash,
      long steps,
      long simulatedMicros,
      long acknowledged,
      long reads,
      long unknown,
      long repeated,
      long expired,
      long installs,
      long changes,
      long joins,
      long dismissals,
      long moves,
      long rejoins,
      long repairs,
      long misdirections,
      long misdirectedRepairs,
      long heals,
      long wipes,
      long fallbacks,
      long replaced,
      long hangs,
      long killedHangs,
      long handovers,
      long refusedWriting,
      long refusedReceiving,
      long fullInstalls,
      long lost) {}

  private static final long CALM_SYNC_MICROS = 2_000;

  private final long seed;
  private final Witnesses witnesses;
  private final Sabotage sabotage;
  private final SimulationConfig config;
  private final Schedule schedule = new Schedule();
  private final Trace trace;
  private final List<NodeId> ids = new ArrayList<>();
  private final TreeMap<NodeId, Address> settings = new TreeMap<>();
  private final TreeMap<NodeId, SimulatedNode> nodes = new TreeMap<>();
  private final Safety safety;
  private final ClusterStates states;
  private final SimulatedNetwork network;
  private final Workload workload;
  private final Wishes wishes;
  private final Nemesis nemesis;
  private final SplittableRandom random;
  private final Convergence convergence;
  private long syncMicrosMax;

  private Simulation(long seed, Choice choice, Witnesses witnesses, Sabotage sabotage) {
    this.seed = seed;
    this.witnesses = witnesses;
    this.trace = new Trace(schedule, witnesses.trace());
    this.sabotage = sabotage;
    random = new SplittableRandom(seed);
    config = SimulationConfig.of(seed, choice);
    random.split(); // That one drew the world.
    syncMicrosMax = config.syncMicrosMax();
    for (int node = 1; node <= config.nodes() + config.spares(); node++) {
      ids.add(new NodeId(Integer.toString(node)));
    }
    safety = new Safety(ids);
    states = new ClusterStates(ids, witnesses.coverage());
    World world = new SeenByNodes();
    for (NodeId id : ids) {
      nodes.put(id, new SimulatedNode(id, world, random.split()));
    }
    List<SimulatedNode> all = List.copyOf(nodes.values());
    world.voters().forEach(id -> settings.put(id, node(id).address()));
    network = new SimulatedNetwork(schedule, random.split(), config, this::deliver, this::lost);
    all.stream().filter(it -> it.fate() == Fate.STARVED).forEach(it -> network.starve(it.id()));
    workload = new Workload(world, all, random.split());
    wishes = new Wishes(world, all, random.split());
    nemesis = new Nemesis(world, network, all, wishes, random.split());
    convergence = new Convergence(world, nodes, this::runUntil);
  }

  /// Runs a seed to its end.
  ///
  /// @throws SimulationFailure where the cluster broke a promise
  public static Report run(long seed) {
    return run(seed, Choice.NONE, Witnesses.none());
  }

  /// The same, with some things chosen, and seen by those who want to.
  public static Report run(long seed, Choice choice, Witnesses witnesses) {
    return run(seed, choice, witnesses, Sabotage.NONE);
  }

  static Report run(long seed, Sabotage sabotage) {
    return run(seed, Choice.NONE, Witnesses.none(), sabotage);
  }

  static Report run(long seed, Choice choice, Witnesses witnesses, Sabotage sabotage) {
    Simulation simulation = new Simulation(seed, choice, witnesses, sabotage);
    try {
      Report report = simulation.run();
      mark(report, witnesses.coverage());
      return report;
    } catch (RuntimeException | AssertionError e) {
      throw new SimulationFailure(
          simulation.place(), choice, simulation.trace, simulation.nodes.values(), e);
    }
  }

  /// What the report counts are marks, too.
  private static void mark(Report report, Coverage coverage) {
    coverage.reach(Mark.OUTCOME_UNKNOWN, report.unknown);
    coverage.reach(Mark.DONE_AFTER_DOUBT, report.repeated);
    coverage.reach(Mark.SESSION_EXPIRED, report.expired);
    coverage.reach(Mark.SNAPSHOT_INSTALLED, report.installs);
    coverage.reach(Mark.MEMBERS_CHANGED, report.changes);
    coverage.reach(Mark.NODE_JOINED, report.joins);
    coverage.reach(Mark.JOINER_DISMISSED, report.dismissals);
    coverage.reach(Mark.NODE_MOVED, report.moves);
    coverage.reach(Mark.VOTE_LOST_AND_REGAINED, report.rejoins);
    coverage.reach(Mark.ENTRY_REPAIRED, report.repairs);
    coverage.reach(Mark.WRITE_MISDIRECTED, report.misdirections);
    coverage.reach(Mark.MISDIRECTED_REPAIRED, report.misdirectedRepairs);
    coverage.reach(Mark.DISK_FULL_AND_HEALED, report.heals);
    coverage.reach(Mark.DISK_LOST, report.wipes);
    coverage.reach(Mark.SNAPSHOT_FALLBACK, report.fallbacks);
    coverage.reach(Mark.SNAPSHOT_REPLACED, report.replaced);
    coverage.reach(Mark.DISK_HUNG, report.hangs);
    coverage.reach(Mark.DISK_HUNG_FOR_GOOD, report.killedHangs);
    coverage.reach(Mark.HANGING_LEADER_LEFT, report.handovers);
    coverage.reach(Mark.OWN_SNAPSHOT_WITHOUT_ROOM, report.refusedWriting);
    coverage.reach(Mark.SENT_SNAPSHOT_WITHOUT_ROOM, report.refusedReceiving);
    coverage.reach(Mark.SNAPSHOT_INSTALLED_ON_FULL_DISK, report.fullInstalls);
    coverage.reach(Mark.MESSAGE_LOST, report.lost);
  }

  private SimulationFailure.Place place() {
    return new SimulationFailure.Place(seed, schedule.done(), schedule.nowMicros(), trace.hash());
  }

  private Report run() {
    trace.add(config.toString());
    nodes.values().forEach(SimulatedNode::start);
    workload.start(config.clients());
    wishes.start();
    nemesis.start();
    runUntil(config.busyMicros());

    trace.add("faults end");
    nemesis.stop();
    syncMicrosMax = CALM_SYNC_MICROS;
    workload.stop();
    convergence.await();
    workload.judge();
    recoverOne();
    return new Report(
        seed,
        trace.hash(),
        schedule.done(),
        schedule.nowMicros(),
        workload.acknowledged(),
        workload.reads(),
        workload.unknown(),
        workload.repeated(),
        workload.expired(),
        sum(node -> node.tally().installs),
        safety.history().changes(),
        safety.history().joins(),
        safety.history().dismissals(),
        safety.history().moves(),
        sum(node -> node.tally().rejoins),
        sum(node -> node.tally().repairs),
        sum(node -> safety.disk(node.id()).misdirections()),
        sum(node -> safety.disk(node.id()).misdirectedRepaired()),
        sum(node -> node.tally().heals),
        sum(node -> node.lostDisk() ? 1 : 0),
        sum(node -> node.tally().fallbacks),
        sum(node -> node.tally().replaced),
        sum(node -> node.disk().hangs()),
        sum(node -> node.disk().killedHangs()),
        sum(node -> node.disk().handovers()),
        sum(node -> node.disk().refusedWriting()),
        sum(node -> node.disk().refusedReceiving()),
        sum(node -> node.disk().fullInstalls()),
        network.lost());
  }

  private long sum(ToLongFunction<SimulatedNode> what) {
    return nodes.values().stream().mapToLong(what).sum();
  }

  private void runUntil(long micros) {
    while (schedule.runNext(micros)) {
      // Every event checks itself.
    }
  }

  /// In the end all machines but one are lost, and its operator makes a new cluster of what is
  /// left.
  private void recoverOne() {
    List<SimulatedNode> survivors =
        nodes.values().stream()
            .filter(node -> node.running() && node.remembers() && !node.lostDisk())
            .toList();
    if (!survivors.isEmpty()) {
      survivors.get(random.nextInt(survivors.size())).recoverByHand();
    }
  }

  private SimulatedNode node(NodeId id) {
    SimulatedNode node = nodes.get(id);
    if (node == null) {
      throw new AssertionError("there is no node " + id);
    }
    return node;
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

  private final class SeenByNodes implements World {
    @Override
    public SimulationConfig config() {
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
          && !config.changes()
          && !config.joins()
          && !config.moves()
          && voters().contains(candidate.id())
          && voters().stream().allMatch(voter -> safety.disk(voter).lastIndex() > 0)
          && safety.members().incarnations().keySet().containsAll(voters())
          && voters().stream().noneMatch(voter -> safety.disk(voter).lacksFront())
          && nodes.values().stream().allMatch(node -> node.remembers() && !node.lostDisk());
    }

    @Override
    public void introduce(SimulatedNode from, NodeId to, Address there) {
      Address at = from.address();
      network.introduce(from.id(), to, () -> Simulation.this.introduce(from.id(), at, to, there));
    }

    @Override
    public boolean mayLoseSnapshot(NodeId loser, EntryId base) {
      // Where members come and go, whoever is left must have it.
      boolean stay = !config.changes() && !config.joins();
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
      return !convergence.hopeless()
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
}
