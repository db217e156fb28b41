package io.raftctl.raft.kit;

import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.raft.room.Room;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Several cores on one table, and the messages between them in the order of their leaving.
///
/// Nothing moves by itself: a test says which node's time passes, which messages arrive, get lost,
/// come twice or in another order, whose disk syncs and who crashes. After each step
/// [CoreInvariants] judges all nodes at once.
public final class CoreCluster {
  /// A direction of a link.
  private record Link(NodeId from, NodeId to) {}

  private final TreeMap<NodeId, CoreNode> nodes = new TreeMap<>();
  private final List<Message> wire = new ArrayList<>();
  private final List<Link> cuts = new ArrayList<>();
  private final CoreInvariants invariants = new CoreInvariants();
  private Consumer<Message> arrivals = _ -> {};
  private Consumer<CoreNode> steps = _ -> {};
  private long lastTicket;

  /// Nodes 1 to `nodes`, that have never run, as in Figure 2.
  public CoreCluster(int nodes) {
    this(RaftConfig.Features.PAPER, RaftConfig.Limits.DEFAULT, nodes);
  }

  public CoreCluster(RaftConfig.Features features, int nodes) {
    this(features, RaftConfig.Limits.DEFAULT, nodes);
  }

  public CoreCluster(RaftConfig.Features features, RaftConfig.Limits limits, int nodes) {
    this(features, limits, Collections.nCopies(nodes, "").toArray(String[]::new));
  }

  /// The first `voters` nodes are a cluster, and the others wait to be added to it.
  public CoreCluster(
      RaftConfig.Features features, RaftConfig.Limits limits, int voters, int nodes) {
    for (int node = 1; node <= nodes; node++) {
      RaftConfig config = Shorthand.config(node, node <= voters ? voters : 0, features, limits);
      CoreNode core = new CoreNode(config, HardState.INITIAL, List.of());
      this.nodes.put(core.id, core);
    }
  }

  /// The same, and the nodes say under which incarnations they speak.
  public static CoreCluster known(int voters, int nodes) {
    CoreCluster cluster = new CoreCluster(0);
    for (int node = 1; node <= nodes; node++) {
      RaftConfig config =
          Shorthand.config(
              node,
              100L * node,
              node <= voters ? voters : 0,
              RaftConfig.Features.DEFAULT,
              RaftConfig.Limits.DEFAULT);
      CoreNode core = new CoreNode(config, HardState.INITIAL, List.of());
      cluster.nodes.put(core.id, core);
    }
    return cluster;
  }

  /// A node a log, as the paper draws it; all are in the latest term that any log knows.
  public CoreCluster(RaftConfig.Features features, RaftConfig.Limits limits, String... logs) {
    long term = 0;
    for (String log : logs) {
      for (Entry entry : Shorthand.log(log)) {
        term = Math.max(term, entry.term());
      }
    }
    for (int node = 1; node <= logs.length; node++) {
      RaftConfig config = Shorthand.config(node, logs.length, features, limits);
      HardState hardState = new HardState(term, null);
      CoreNode core = new CoreNode(config, hardState, Shorthand.log(logs[node - 1]));
      nodes.put(core.id, core);
    }
  }

  public static CoreCluster ofLogs(String... logs) {
    return new CoreCluster(RaftConfig.Features.PAPER, RaftConfig.Limits.DEFAULT, logs);
  }

  public Collection<CoreNode> nodes() {
    return nodes.values();
  }

  public CoreNode node(int node) {
    return node(Shorthand.id(node));
  }

  public CoreNode node(NodeId id) {
    CoreNode node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no node " + id);
    }
    return node;
  }

  public Raft raft(int node) {
    return node(node).raft();
  }

  /// Tells `arrivals` of each message right before its receiver hears of it.
  public void observe(Consumer<Message> arrivals) {
    this.arrivals = arrivals;
  }

  /// Tells `steps` of each node right after it did something.
  public void observeSteps(Consumer<CoreNode> steps) {
    this.steps = steps;
  }

  /// Node `node` hears nothing until it campaigns.
  public void timeout(int node) {
    at(node, CoreNode::timeout);
  }

  public void tick(int node, int ticks) {
    at(node, it -> it.tick(ticks));
  }

  /// Time passes at a leader that goes on hearing from its peers.
  public void tickHeard(int leader, int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      tick(leader, 1);
      deliver(every(Message.Heartbeat.class));
      deliver(every(Message.HeartbeatReply.class));
    }
  }

  /// The same, but `deaf` hears nothing of it.
  public void tickHeardBut(int leader, int deaf, int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      tick(leader, 1);
      drop(to(deaf));
      deliver(every(Message.Heartbeat.class));
      deliver(every(Message.HeartbeatReply.class));
    }
  }

  /// Time passes until the leader sends its next heartbeat.
  public void heartbeat(int node) {
    tick(node, Shorthand.HEARTBEAT_TICKS);
  }

  /// Node `node` campaigns and all goes well.
  public void elect(int node) {
    timeout(node);
    deliverAll();
  }

  /// @return the proposal's ticket
  public long propose(int node, String command) {
    long ticket = ++lastTicket;
    at(node, it -> it.propose(ticket, command));
    return ticket;
  }

  /// @return the read's ticket
  public long read(int node) {
    return read(node, Consistency.LINEARIZABLE);
  }

  public long read(int node, Consistency consistency) {
    long ticket = ++lastTicket;
    at(node, it -> it.step(new Input.Read(ticket, consistency)));
    return ticket;
  }

  /// @return the ticket of the wish that `target` lead, or anybody else where it is 0
  public long transfer(int node, int target) {
    long ticket = ++lastTicket;
    NodeId wished = target == 0 ? null : Shorthand.id(target);
    at(node, it -> it.step(new Input.Transfer(ticket, wished)));
    return ticket;
  }

  /// Wishes for other members than those that the leader `node` knows, and lets the round of
  /// heartbeats that such a wish waits for be answered by whoever hears it.
  ///
  /// @param voters ids with commas between
  /// @return the ticket
  public long change(int node, String voters, String learners) {
    long ticket = wish(node, voters, learners);
    deliver(every(Message.Heartbeat.class).and(sentBy(node)));
    deliver(every(Message.HeartbeatReply.class).and(to(node)));
    return ticket;
  }

  /// The wish alone.
  public long wish(int node, String voters, String learners) {
    return wish(node, new Change(Shorthand.nodes(voters), Shorthand.nodes(learners)));
  }

  /// Wishes for learners that are to vote as soon as they can.
  public long join(int node, String voters, String learners) {
    SortedSet<NodeId> joining = Shorthand.nodes(learners);
    return wish(node, new Change(Shorthand.nodes(voters), joining, joining, new TreeMap<>()));
  }

  private long wish(int node, Change change) {
    long ticket = ++lastTicket;
    at(node, it -> it.step(new Input.ChangeMembers(ticket, it.raft().members(), change)));
    return ticket;
  }

  /// Every node's clock goes on by so much, and nobody's ticks do.
  public void clock(long milliTicks) {
    for (CoreNode node : nodes()) {
      node.step(new Input.Clock(milliTicks));
      stepped(node);
    }
  }

  public void slowDisk(int node) {
    node(node).slowDisk();
  }

  public void fastDisk(int node) {
    at(node, CoreNode::fastDisk);
  }

  /// The node's disk takes so many bytes more, as [Room#bytesOf] counts, and is full then.
  public void fill(int node, long bytes) {
    at(node, it -> it.room(new Room(true, bytes, 0)));
  }

  /// The node's disk has room again.
  public void makeRoom(int node) {
    at(node, it -> it.room(Room.AMPLE));
  }

  public void sync(int node) {
    at(node, CoreNode::sync);
  }

  public void sync(int node, long turn) {
    at(node, it -> it.sync(turn));
  }

  public void crash(int node) {
    at(node, CoreNode::crash);
    invariants.forget(node(node).id);
  }

  /// The node takes a snapshot of all that it has applied.
  public void snapshot(int node) {
    at(node, CoreNode::snapshot);
  }

  /// Crashes a node, and starts it again on a disk that has lost these entries.
  public void restartWithout(int node, long... lost) {
    crash(node);
    for (long index : lost) {
      node(node).disk.rot(index);
    }
    restart(node);
  }

  /// The same of a disk that has lost all snapshots but the oldest `kept`.
  public void restartWithoutSnapshots(int node, int kept) {
    crash(node);
    node(node).disk.loseSnapshots(kept);
    restart(node);
  }

  public void restart(int node) {
    at(node, CoreNode::restart);
  }

  /// Messages on the way, oldest first.
  public List<Message> wire() {
    return List.copyOf(wire);
  }

  /// Only nodes of the same group hear each other from now on; what is on the way between groups is
  /// lost.
  ///
  /// @param groups such as `1 | 2 3`; who is not named hears nobody
  public void cut(String groups) {
    heal();
    for (CoreNode from : nodes()) {
      for (CoreNode to : nodes()) {
        if (!together(groups, from.id, to.id)) {
          cuts.add(new Link(from.id, to.id));
        }
      }
    }
    wire.removeIf(this::isCut);
  }

  /// `to` hears nothing of `from` any more, besides what is cut already; what is on the way between
  /// them is lost.
  public void cutLink(int from, int to) {
    cuts.add(new Link(Shorthand.id(from), Shorthand.id(to)));
    wire.removeIf(this::isCut);
  }

  private static boolean together(String groups, NodeId one, NodeId other) {
    for (String group : groups.split("\\|", -1)) {
      List<String> members = List.of(group.strip().split(" +", -1));
      if (members.contains(one.value()) && members.contains(other.value())) {
        return true;
      }
    }
    return false;
  }

  public void heal() {
    cuts.clear();
  }

  /// Delivers until nothing is on the way any more.
  public void deliverAll() {
    for (int delivered = 0; !wire.isEmpty(); delivered++) {
      assert delivered < 100_000 : "the nodes never stop talking";
      deliver(wire.removeFirst());
    }
  }

  /// Delivers those messages that are on the way now, in their order.
  public void deliver(Predicate<Message> which) {
    take(which).forEach(this::deliver);
  }

  /// Delivers the oldest of these messages only.
  public void deliverNext(Predicate<Message> which) {
    Message next = wire.stream().filter(which).findFirst().orElseThrow();
    wire.remove(next);
    deliver(next);
  }

  public void drop(Predicate<Message> which) {
    take(which);
  }

  /// Puts a copy of each behind all that is on the way.
  public void duplicate(Predicate<Message> which) {
    wire.addAll(wire.stream().filter(which).toList());
  }

  /// Turns the order of these round, and puts them behind all that is on the way.
  public void reverse(Predicate<Message> which) {
    wire.addAll(take(which).reversed());
  }

  /// Takes these off the wire, for [#deliver(Message)] at a later time.
  public List<Message> take(Predicate<Message> which) {
    List<Message> taken = wire.stream().filter(which).toList();
    wire.removeIf(which);
    return taken;
  }

  /// One message arrives, whoever sent it and whenever; a node that is down hears nothing.
  public void deliver(Message message) {
    CoreNode receiver = node(message.to());
    if (receiver.up() && !isCut(message)) {
      arrivals.accept(message);
      CoreNode sender = nodes.get(message.from());
      receiver.receive(message, sender == null ? Incarnation.UNTOLD : sender.incarnation());
      stepped(receiver);
    }
  }

  /// The node comes back on an empty disk; what it had sent before gets lost.
  public void wipe(int node) {
    CoreNode lost = node(node);
    drop(sentBy(node));
    invariants.forget(lost.id);
    nodes.put(lost.id, lost.wiped());
  }

  public static Predicate<Message> to(int node) {
    return message -> message.to().equals(Shorthand.id(node));
  }

  public static Predicate<Message> sentBy(int node) {
    return message -> message.from().equals(Shorthand.id(node));
  }

  public static Predicate<Message> every(Class<? extends Message> type) {
    return type::isInstance;
  }

  private void at(int node, Consumer<CoreNode> action) {
    CoreNode acting = node(node);
    action.accept(acting);
    stepped(acting);
  }

  private void stepped(CoreNode node) {
    node.takeSent().stream().filter(message -> !isCut(message)).forEach(wire::add);
    steps.accept(node);
    invariants.check(nodes.values());
  }

  private boolean isCut(Message message) {
    return cuts.contains(new Link(message.from(), message.to()));
  }
}
