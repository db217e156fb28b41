package io.raftctl.cluster;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Members;
import io.raftctl.client.Session;
import io.raftctl.cluster.observed.NodeProbe;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.cluster.observed.Together;
import io.raftctl.cluster.observed.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A cluster whose nodes are processes of this machine.
///
/// The one that started it without `--detach` supervises it: `close` ends the nodes, and they end
/// by themselves if the supervisor is killed. One that attached only looks and pokes; `close`
/// leaves everything as it is. Methods may be called from any thread.
///
/// Which nodes there are says `cluster.json`, which several processes may change; what their
/// processes do, each of them knows best of those that it started.
public final class LocalCluster implements AutoCloseable {
  /// Local clusters are nobody else's business.
  public static final String HOST = "127.0.0.1";

  private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
  private static final NodeProbe READ = new NodeProbe(Duration.ofSeconds(1));
  private static final Duration SUPERVISOR_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration LEADER_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration MEMBERS_TIMEOUT = Duration.ofSeconds(2);
  private static final int PORT_ATTEMPTS = 3;

  private final ClusterDirectory directory;
  private final ClusterRegistry registry;
  private final NodeProgram program;
  private final boolean supervising;
  private final Watch watch = new Watch();
  private final ClusterLinks links = new ClusterLinks(this);
  private final ClusterMembers members = new ClusterMembers(this);
  private volatile List<NodeProcess> nodes; // Never changed, only replaced.
  private volatile BiConsumer<NodeProcess, OptionalInt> endListener = (node, code) -> {};
  private ClusterDescription description; // Guarded by this.
  private boolean closed; // Guarded by this.

  private LocalCluster(
      ClusterDescription description,
      ClusterRegistry registry,
      NodeProgram program,
      boolean supervising) {
    this.description = description;
    this.directory = ClusterDirectory.of(description.directory());
    this.registry = registry;
    this.program = program;
    this.supervising = supervising;
    this.nodes = description.nodes().stream().map(this::process).toList();
  }

  private NodeProcess process(NodeDescription node) {
    boolean detached = description.detached();
    Supplier<List<String>> command =
        () -> {
          ClusterDescription now = description();
          List<String> seat = now.seat(node.id());
          Path ready = directory.readyFile(node.id());
          List<String> words =
              new ArrayList<>(program.command(node, now.cluster(), seat, ready, !detached));
          words.addAll(directory.programOptions());
          return words;
        };
    return new NodeProcess(node, directory, command, detached, this::onUnexpectedEnd);
  }

  /// Fills the directories of a cluster's nodes before they start.
  @FunctionalInterface
  public interface Preparation {
    Preparation NONE = _ -> {};

    void prepare(ClusterDescription cluster) throws ClusterException;
  }

  /// As the other one, with nothing to prepare.
  public static LocalCluster start(ClusterPlan plan, ClusterRegistry registry, NodeProgram program)
      throws ClusterException {
    return start(plan, registry, program, Preparation.NONE);
  }

  /// Starts what the plan says and returns once every node serves; a failure leaves nothing
  /// running.
  ///
  /// @param preparation is called once, when the cluster's place is taken
  public static LocalCluster start(
      ClusterPlan plan, ClusterRegistry registry, NodeProgram program, Preparation preparation)
      throws ClusterException {
    plan.check();
    boolean made = plan.directory().prepare();
    ClusterClaim claim = new ClusterClaim(plan, registry);
    int portsFrom = -1;
    for (int attempt = 1; ; attempt++) {
      ClusterDescription description;
      try {
        description = claim.take(portsFrom);
      } catch (ClusterException e) {
        if (made || plan.ephemeral()) {
          plan.directory().removeIfEmpty();
        }
        throw e;
      }
      LocalCluster cluster = new LocalCluster(description, registry, program, true);
      try {
        if (attempt == 1) {
          preparation.prepare(description);
        }
        cluster.startAll();
        return cluster;
      } catch (ClusterException e) {
        cluster.abandon();
        boolean movable = plan.basePort().isEmpty() && !description.changed();
        boolean lostPorts = movable && Ports.firstTaken(description.nodes()) != 0;
        if (!lostPorts || attempt == PORT_ATTEMPTS) {
          throw e;
        }
        // Somebody listened there between our look and our start.
        portsFrom = new Ports(description.basePort().orElse(0), description.nodes().size()).next();
        // What is ephemeral and does not run is cleared away by whoever looks, and a claim looks.
        registry.remove(description.name(), description.directory());
      }
    }
  }

  /// Takes hold of a cluster that runs detached.
  public static LocalCluster attach(
      ClusterDescription description, ClusterRegistry registry, NodeProgram program) {
    return new LocalCluster(description, registry, program, false);
  }

  /// Ends a cluster that runs, whoever started it. Its data stay, unless they are ephemeral.
  public static void stop(
      ClusterDescription description, ClusterRegistry registry, NodeProgram program)
      throws ClusterException {
    ProcessIdentity supervisor = description.supervisor();
    if (supervisor == null || !supervisor.alive()) {
      LocalCluster detached = attach(description, registry, program);
      detached.members.follow(Duration.ZERO);
      detached.stopAll();
      return;
    }
    Signal.TERM.sendTo(supervisor);
    long deadline = System.nanoTime() + SUPERVISOR_TIMEOUT.toNanos();
    while (supervisor.alive()) {
      if (System.nanoTime() > deadline) {
        throw ClusterException.unavailable(
            "process " + supervisor.pid() + ", which runs the cluster, does not end", "");
      }
      pause();
    }
  }

  public synchronized ClusterDescription description() {
    return description.withNodes(nodes.stream().map(NodeProcess::description).toList());
  }

  /// The links between the nodes, to be cut and mended.
  public ClusterLinks links() {
    return links;
  }

  /// Who belongs to the cluster, to be changed.
  public ClusterMembers members() {
    return members;
  }

  public List<NodeProcess> nodes() {
    return nodes;
  }

  public Optional<NodeProcess> node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /// Where a client should look: the leader first, or a deposed one that has not noticed might take
  /// a command that it cannot commit; then those that run, and at the end those that cannot answer.
  public List<String> endpoints() {
    String leader = observe().leader().map(NodeReport::id).orElse("");
    return nodes.stream()
        .sorted(
            Comparator.comparing((NodeProcess node) -> !node.id().equals(leader))
                .thenComparing(NodeProcess::state))
        .map(NodeProcess::address)
        .toList();
  }

  /// Tells `listener` of each process that ends although nobody here ended it.
  public void onUnexpectedEndOfNode(BiConsumer<NodeProcess, OptionalInt> listener) {
    endListener = listener;
  }

  /// Asks every node that runs, all at once.
  public Observation observe() {
    if (!supervising) {
      catchUp();
    }
    SortedMap<String, String> running = new TreeMap<>();
    for (NodeProcess node : nodes) {
      if (node.state() == NodeProcess.State.RUNNING) {
        running.put(node.id(), node.address());
      }
    }
    return watch.look(running, ids());
  }

  /// Who belongs to the cluster by the last look; null where no node ever answered.
  @Nullable Members known() {
    return watch.members();
  }

  /// Looks until `wanted` holds; the last view tells whether it does.
  public Observation await(Predicate<Observation> wanted, Duration timeout)
      throws ClusterException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      Observation view = observe();
      if (wanted.test(view) || System.nanoTime() > deadline) {
        return view;
      }
      pause();
    }
  }

  public List<String> ids() {
    return nodes.stream().map(NodeProcess::id).toList();
  }

  /// Whose processes run and are not paused.
  public List<String> running() {
    return nodes.stream()
        .filter(node -> node.state() == NodeProcess.State.RUNNING)
        .map(NodeProcess::id)
        .toList();
  }

  /// Talks to the nodes as a client does.
  ClusterClient client(Duration timeout) {
    return new ClusterClient(
        Endpoints.parse(String.join(",", endpoints()), "prompt"), timeout, new Session());
  }

  /// Starts a node that is down and returns once it serves.
  public void start(NodeProcess node) throws ClusterException {
    node.start();
    save();
    try {
      node.awaitReady(System.nanoTime() + READY_TIMEOUT.toNanos());
    } catch (ClusterException e) {
      node.kill();
      save();
      throw e;
    }
  }

  /// Ends a node without warning. False if it was down.
  public boolean kill(NodeProcess node) throws ClusterException {
    boolean done = node.kill();
    save();
    return done;
  }

  /// Lets a node end in order. False if it was down.
  public boolean stop(NodeProcess node) throws ClusterException {
    boolean done = node.stop();
    save();
    return done;
  }

  /// The keys that start with `prefix`, as the leader sees them, or none where nobody answers soon.
  public List<String> keys(NodeReport leader, String prefix) {
    return node(leader.id())
        .flatMap(node -> READ.read(node.address(), "keys " + prefix))
        .map(reply -> reply.lines().toList())
        .orElse(List.of());
  }

  /// What was to go with the cluster stays.
  public void keep() throws ClusterException {
    change(ClusterDescription::kept);
  }

  /// Leaves the nodes to themselves once they serve; for `--detach`.
  public synchronized void detach() throws ClusterException {
    change(ClusterDescription::left);
    closed = true;
  }

  /// Ends all nodes, those of a detached cluster too.
  public synchronized void stopAll() throws ClusterException {
    if (closed) {
      return;
    }
    catchUp();
    List<Callable<Boolean>> ends = new ArrayList<>();
    for (NodeProcess node : nodes) {
      ends.add(node::stop);
    }
    Together.run(ends);
    change(ClusterDescription::stopped);
    closed = true;
    if (description.ephemeral()) {
      directory.delete();
      registry.remove(description.name(), description.directory());
    }
  }

  @Override
  public void close() throws ClusterException {
    if (supervising && !closed()) {
      members.follow(Duration.ZERO);
      stopAll();
    }
  }

  private synchronized boolean closed() {
    return closed;
  }

  private void startAll() throws ClusterException {
    for (NodeProcess node : nodes) {
      node.start();
    }
    save();
    long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
    ClusterException refusal = null;
    for (NodeProcess node : nodes) {
      try {
        node.awaitReady(deadline);
      } catch (ClusterException e) {
        if (!node.expelled()) {
          throw e;
        }
        refusal = e;
      }
    }
    if (refusal != null) {
      dropThoseRemoved(refusal);
    }
  }

  /// A node that was removed while nobody kept the book hears it at its start, and ends.
  private void dropThoseRemoved(ClusterException refusal) throws ClusterException {
    members.follow(LEADER_TIMEOUT);
    if (nodes.stream().anyMatch(NodeProcess::expelled)) {
      throw refusal;
    }
  }

  /// Undoes a start that failed. What the nodes logged stays, to be read.
  private synchronized void abandon() throws ClusterException {
    for (NodeProcess node : nodes) {
      node.kill();
    }
    change(ClusterDescription::stopped);
    closed = true;
  }

  private void onUnexpectedEnd(NodeProcess node, OptionalInt code) {
    Thread.ofVirtual().name("end of node " + node.id()).start(() -> noteEnd(node, code));
  }

  /// It may have ended because it is no member any more. Then it is none of the book either.
  private void noteEnd(NodeProcess node, OptionalInt code) {
    try {
      if (node.expelled()) {
        members.follow(LEADER_TIMEOUT);
      } else if (code.isEmpty()) { // Another process started it, so nobody here knows why it ended.
        members.follow(MEMBERS_TIMEOUT);
      }
      endListener.accept(node, code);
      save();
    } catch (ClusterException e) {
      // The file then names a process that is gone, which its readers can tell by themselves.
    }
  }

  private void save() throws ClusterException {
    change(book -> book);
  }

  /// Changes the book, and goes by what it says then.
  synchronized void change(UnaryOperator<ClusterDescription> change) throws ClusterException {
    if (!closed) {
      adopt(directory.update(book -> change.apply(toldOf(book)), description));
    }
  }

  /// Takes a place for one more node, while no other cluster of this user takes ports.
  ///
  /// @param place finds it, given all clusters
  NodeProcess enlist(Place place) throws ClusterException {
    NodeDescription added =
        registry.locked(
            () -> {
              NodeDescription newcomer = place.among(registry.list());
              change(book -> book.changing().with(newcomer));
              return newcomer;
            });
    return node(added.id())
        .orElseThrow(() -> ClusterException.unavailable("the cluster is about to end", ""));
  }

  /// Finds a place for a node.
  @FunctionalInterface
  interface Place {
    NodeDescription among(List<ClusterDescription> clusters) throws ClusterException;
  }

  /// What another session over the same cluster has changed.
  private synchronized void catchUp() {
    try {
      if (!closed) {
        directory.read().ifPresent(book -> adopt(toldOf(book)));
      }
    } catch (ClusterException e) {
      // Whoever changes something hears of it.
    }
  }

  /// The book, with what is better known here: of the processes that were started or ended here.
  private ClusterDescription toldOf(ClusterDescription book) {
    return book.withNodes(
        book.nodes().stream()
            .map(node -> ours(node).map(NodeProcess::description).orElse(node))
            .toList());
  }

  private void adopt(ClusterDescription book) {
    description = book;
    nodes = book.nodes().stream().map(node -> ours(node).orElseGet(() -> process(node))).toList();
  }

  /// The node as this process knows it, unless it runs by another session's doing.
  private Optional<NodeProcess> ours(NodeDescription inBook) {
    return node(inBook.id())
        .filter(node -> node.state() != NodeProcess.State.DOWN || !inBook.running());
  }

  /// The step between two looks at a condition. Fails if the user no longer wants to wait.
  static void pause() throws ClusterException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClusterException.unavailable("interrupted", "");
    }
  }
}
