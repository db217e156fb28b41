package io.raftctl.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.node.CommandEnvelope;
import io.raftctl.node.Outcome;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.simulation.client.SimulatedSession;
import io.raftctl.simulation.client.SimulatedWrite;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.rot.EntryRot;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.time.Chance;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.simulation.witness.Witnesses;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.storage.log.Inspection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A world on which somebody acts: the production nodes with disks, a network and clocks around
/// them, and a time that passes when it is told to.
///
/// What is done to it happens at once, in the middle of whatever the nodes are doing, and is
/// written down: [#script] gives the same run again. Nothing else goes wrong but what the world's
/// configuration says. The nodes are held to every promise: who breaks one ends the run with a
/// violation.
public final class SimulatedStage {
  /// What a node has come to.
  ///
  /// @param role `leader`, `follower`, …, or `down`, or `paused`
  /// @param damage which entries its disk has lost, in a line; empty where none are
  public record NodeState(
      NodeId id,
      String role,
      long term,
      @Nullable NodeId leader,
      long commitIndex,
      long appliedIndex,
      long lastIndex,
      long firstIndex,
      long snapshotIndex,
      String damage) {}

  /// An entry as it lies on a disk.
  ///
  /// @param command as its client wrote it; null where the entry holds none
  /// @param damaged whether its data are lost
  public record Line(EntryId id, Entry.Kind kind, @Nullable String command, boolean damaged) {}

  private static final long RETRY_MICROS = 20_000;
  private static final long PAUSE_MICROS = 1_000;
  private static final long CALM_SYNC_MICROS = 2_000;

  private final long seed;
  private final SimulatedCluster cluster;
  private final List<SimulatedNode> machines;
  private final Workload workload;
  private final Performer performer;
  private final Script.Recorder recorder = new Script.Recorder();
  private final TreeSet<NodeId> begun = new TreeSet<>();
  private final TreeSet<NodeId> paused = new TreeSet<>();
  private long endMicros = -1;

  /// Begins with all nodes of the cluster running.
  ///
  /// @param trace is told what happens, a line each; null where nobody wants to hear it
  public SimulatedStage(long seed, WorldConfig config, @Nullable Consumer<String> trace) {
    this(seed, config, new Witnesses(new Coverage(), trace, new ClientHistory()), Sabotage.NONE);
    begin();
  }

  SimulatedStage(long seed, WorldConfig config, Witnesses witnesses, Sabotage sabotage) {
    this.seed = seed;
    cluster = new SimulatedCluster(seed, config, witnesses, sabotage);
    machines = List.copyOf(cluster.machines().values());
    workload = new Workload(cluster, machines, seed);
    performer = new Performer(cluster, cluster.network(), machines, workload);
  }

  /// The nodes of the cluster start.
  void begin() {
    cluster.voters().forEach(this::start);
  }

  long seed() {
    return seed;
  }

  SimulatedCluster world() {
    return cluster;
  }

  List<SimulatedNode> machines() {
    return machines;
  }

  Workload workload() {
    return workload;
  }

  long nowMicros() {
    return cluster.nowMicros();
  }

  /// The same for the same seed, world and acts.
  public long traceHash() {
    return cluster.trace().hash();
  }

  /// Plans something that somebody does at its time.
  void fromOutside(long delayMicros, Runnable action) {
    cluster.fromOutside(delayMicros, action);
  }

  /// Does something to the world; false where that is not possible as things are.
  public boolean perform(Act act) {
    recorder.add(cluster.steps(), nowMicros(), act);
    boolean done = performer.perform(act);
    if (done) {
      remember(act);
    } else {
      recorder.takeBack();
    }
    return done;
  }

  private void remember(Act act) {
    if (act instanceof Act.Start(NodeId started)) {
      begun.add(started);
    }
    if (act instanceof Act.Kill(NodeId killed)) {
      paused.remove(killed);
    }
  }

  /// A client asks for something.
  ///
  /// @param ended runs once the client waits for it no longer
  void ask(Act.Ask ask, Runnable ended) {
    recorder.add(cluster.steps(), nowMicros(), ask);
    workload.send(ask, ended);
  }

  /// What was done so far.
  Script script() {
    boolean settles = endMicros >= 0;
    return recorder.script(seed, cluster.config(), settles ? endMicros : nowMicros(), settles);
  }

  /// All that is wrong ends, all nodes run; they must agree within a minute, and what clients were
  /// told must be so. In the end all machines but one are lost, and a cluster is made of that one.
  public void settle() {
    endMicros = nowMicros();
    cluster.note("faults end");
    performer.perform(new Act.Heal());
    paused.clear();
    cluster.network().behave();
    for (SimulatedNode machine : machines) {
      machine.behave();
      machine.start();
      begun.add(machine.id());
    }
    cluster.limitSyncs(CALM_SYNC_MICROS);
    workload.stop();
    new Convergence(cluster).await();
    workload.judge();
    recoverOne();
  }

  /// The operator of the last machine makes a new cluster of what is left.
  private void recoverOne() {
    List<SimulatedNode> survivors =
        machines.stream()
            .filter(node -> node.running() && node.remembers() && !node.lostDisk())
            .toList();
    if (!survivors.isEmpty()) {
      int survivor = Chance.of(seed, "survivor").nextInt(survivors.size());
      survivors.get(survivor).recoverByHand();
    }
  }

  /// All nodes, running or not, spares included.
  public List<NodeId> nodes() {
    return cluster.nodes();
  }

  /// All nodes that run or have run.
  public List<NodeId> begun() {
    return List.copyOf(begun);
  }

  /// Lets time pass.
  public void pass(long micros) {
    cluster.runUntil(cluster.nowMicros() + micros);
  }

  /// Lets time pass until the very event after which it is so; false where it is not in time.
  public boolean passUntil(BooleanSupplier so, long micros) {
    long deadline = cluster.nowMicros() + micros;
    while (!so.getAsBoolean()) {
      if (!cluster.runNext(deadline)) {
        return so.getAsBoolean();
      }
    }
    return true;
  }

  public NodeState state(NodeId id) {
    SimulatedNode node = cluster.node(id);
    Raft raft = node.raft();
    if (raft == null) {
      return new NodeState(id, "down", 0, null, 0, 0, 0, 0, 0, "");
    }
    return new NodeState(
        id,
        paused.contains(id) ? "paused" : raft.role(),
        raft.term(),
        raft.leader(),
        raft.commitIndex(),
        node.appliedIndex(),
        raft.last().index(),
        raft.firstIndex(),
        raft.snapshotIndex(),
        raft.damage().any() ? raft.damage().text() : "");
  }

  /// Who belongs to the cluster, as the node knows it.
  public Configuration members(NodeId id) {
    return cluster.node(id).members();
  }

  /// Who leads the latest term that anybody leads.
  public Optional<NodeId> leader() {
    return leading().map(SimulatedNode::id);
  }

  private Optional<SimulatedNode> leading() {
    SimulatedNode found = null;
    long term = 0;
    for (SimulatedNode node : cluster.machines().values()) {
      Raft raft = node.raft();
      if (raft != null && raft.leads() && raft.term() > term) {
        found = node;
        term = raft.term();
      }
    }
    return Optional.ofNullable(found);
  }

  private void start(NodeId id) {
    begun.add(id);
    cluster.node(id).start();
  }

  /// A process stands still until it is resumed, and messages wait; false where it does so, or is
  /// down.
  public boolean pause(NodeId id) {
    if (!cluster.node(id).running() || !paused.add(id)) {
      return false;
    }
    standStill(id);
    return true;
  }

  private void standStill(NodeId id) {
    if (paused.contains(id)) {
      cluster.node(id).standUntil(cluster.nowMicros() + 2 * PAUSE_MICROS);
      cluster.after(PAUSE_MICROS, () -> standStill(id));
    }
  }

  /// A process goes on; false where it is not paused.
  public boolean resume(NodeId id) {
    cluster.node(id).standUntil(0);
    return paused.remove(id);
  }

  /// The data of an entry rot on the disk of a node that is down; false where it holds none there.
  public boolean rot(NodeId id, long index) {
    SimulatedNode node = cluster.node(id);
    EntryId hit =
        EntryRot.strike(node.storage(), new SplittableRandom(index), it -> it.index() == index);
    if (hit != null) {
      cluster.note(id, hit + " rots on the disk of " + id);
      cluster.safety().disk(id).rots(hit);
    }
    return hit != null;
  }

  /// What lies in the log of a node, committed or not; nothing where it has none yet.
  public List<Line> log(NodeId id) {
    List<Line> lines = new ArrayList<>();
    EntryRot.walk(
        cluster.node(id).storage(),
        found -> {
          if (!found.replaced()) {
            lines.add(new Line(found.id(), found.kind(), command(found), found.data() == null));
          }
        });
    return lines;
  }

  private static @Nullable String command(Inspection.Found found) {
    byte[] data = found.data();
    if (data == null || found.kind() != Entry.Kind.COMMAND) {
      return null;
    }
    return switch (CommandEnvelope.decode(data)) {
      case SessionCommand.Plain plain -> new String(plain.command(), UTF_8);
      case SessionCommand.Once once -> new String(once.command(), UTF_8);
      case SessionCommand.Cancel cancel -> "cancel " + cancel.id();
    };
  }

  /// A client has a command run, as one that sends it again wherever it may.
  ///
  /// @param at who is asked first; null: whoever leads
  public Outcome submit(String command, @Nullable NodeId at, long micros) {
    SimulatedSession session = workload.newSession(known(), false);
    SessionCommand once = SimulatedWrite.once(session, command);
    return ask(at, micros, true, (node, answer) -> node.submit(once, answer));
  }

  /// The commit index that a client may have been told.
  private long known() {
    return leading().map(node -> state(node.id()).commitIndex()).orElse(0L);
  }

  /// A client reads.
  public Outcome read(byte[] query, Consistency consistency, @Nullable NodeId at, long micros) {
    return ask(at, micros, false, (node, answer) -> node.read(query, consistency, answer));
  }

  /// An operator has nodes removed.
  public Outcome remove(List<NodeId> leaving, @Nullable NodeId at, long micros) {
    return ask(
        at,
        micros,
        true,
        (node, answer) -> {
          Configuration members = node.members();
          TreeSet<NodeId> voters = new TreeSet<>(members.voters());
          TreeSet<NodeId> learners = new TreeSet<>(members.learners());
          leaving.forEach(voters::remove);
          leaving.forEach(learners::remove);
          SortedMap<NodeId, String> addresses = Wishes.addresses(node, members);
          addresses.keySet().removeAll(leaving);
          TreeSet<NodeId> joining = new TreeSet<>(members.joining());
          leaving.forEach(joining::remove);
          node.change(members, new Change(voters, learners, joining, addresses), answer);
        });
  }

  /// An operator lets a node join, which votes once it has caught up.
  public Outcome add(NodeId joining, long micros) {
    return ask(
        null,
        micros,
        true,
        (leader, answer) -> {
          Configuration members = leader.members();
          TreeSet<NodeId> learners = new TreeSet<>(members.learners());
          TreeSet<NodeId> all = new TreeSet<>(members.joining());
          learners.add(joining);
          all.add(joining);
          SortedMap<NodeId, String> addresses = Wishes.addresses(leader, members);
          addresses.put(joining, cluster.node(joining).address().toString());
          leader.change(members, new Change(members.voters(), learners, all, addresses), answer);
        });
  }

  /// An operator has the leadership handed over; whether it was, the nodes' states tell.
  public void transfer(NodeId target) {
    leading().ifPresent(leader -> leader.transfer(target));
  }

  /// Asks until there is an answer, or time is over.
  ///
  /// @param changes whether a try that is not answered may have an effect all the same
  private Outcome ask(
      @Nullable NodeId at,
      long micros,
      boolean changes,
      BiConsumer<SimulatedNode, Consumer<Outcome>> send) {
    long deadline = cluster.nowMicros() + micros;
    Outcome last = new Outcome.Unavailable("no node leads");
    boolean doubtful = false;
    SimulatedNode next = at == null ? null : cluster.node(at);
    while (cluster.nowMicros() < deadline) {
      SimulatedNode asked = next == null ? leading().orElse(null) : next;
      next = at == null ? null : cluster.node(at);
      if (asked != null) {
        Answered answer = new Answered();
        send.accept(asked, answer);
        passUntil(() -> answer.outcome != null, deadline - cluster.nowMicros());
        last = answer.outcome == null ? new Outcome.Indeterminate("no answer") : answer.outcome;
      }
      switch (last) {
        case Outcome.Done _, Outcome.Known _, Outcome.Denied _ -> {
          return last;
        }
        case Outcome.NotLeader(NodeId leader) ->
            next = leader == null ? next : cluster.node(leader);
        case Outcome.Indeterminate _ -> doubtful |= changes;
        case Outcome.Unavailable _ -> {}
      }
      pass(Math.min(RETRY_MICROS, Math.max(0, deadline - cluster.nowMicros())));
    }
    return doubtful
        ? new Outcome.Indeterminate(reason(last))
        : new Outcome.Unavailable(reason(last));
  }

  private static String reason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Unavailable(String reason) -> reason;
      case Outcome.Indeterminate(String reason) -> reason;
      case Outcome.NotLeader _ -> "the node that was asked leads no longer, and knows of no leader";
      case Outcome.Done _, Outcome.Known _, Outcome.Denied _ -> "";
    };
  }

  /// An answer, once it is there.
  private static final class Answered implements Consumer<Outcome> {
    private @Nullable Outcome outcome;

    @Override
    public void accept(Outcome heard) {
      outcome = heard;
    }
  }
}
