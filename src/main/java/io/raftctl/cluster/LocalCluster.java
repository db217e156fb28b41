package io.raftctl.cluster;

import io.raftctl.cluster.observed.NodeProbe;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.cluster.observed.Together;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A cluster whose nodes are processes of this machine.
///
/// The one that started it without `--detach` supervises it: `close` ends the nodes, and they end
/// by themselves if the supervisor is killed. One that attached only looks and pokes; `close`
/// leaves everything as it is. Methods may be called from any thread.
public final class LocalCluster implements AutoCloseable {
  /// Local clusters are nobody else's business.
  public static final String HOST = "127.0.0.1";

  private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
  private static final NodeProbe WATCH = new NodeProbe(Duration.ofSeconds(1));
  private static final Duration SUPERVISOR_TIMEOUT = Duration.ofSeconds(20);
  private static final int PORT_ATTEMPTS = 3;

  private final ClusterDirectory directory;
  private final ClusterRegistry registry;
  private final NodeProgram program;
  private final boolean supervising;
  private final ClusterLinks links = new ClusterLinks(this);
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
    String peers =
        description.nodes().stream()
            .map(node -> node.id() + "=" + node.address())
            .collect(Collectors.joining(","));
    List<NodeProcess> processes = new ArrayList<>();
    for (NodeDescription node : description.nodes()) {
      processes.add(process(node, description, List.of("--peers", peers)));
    }
    this.nodes = List.copyOf(processes);
  }

  private NodeProcess process(NodeDescription node, ClusterDescription within, List<String> seat) {
    Path ready = directory.readyFile(node.id());
    boolean endsWithUs = !within.detached();
    Supplier<List<String>> command =
        () -> {
          List<String> words =
              new ArrayList<>(program.command(node, within.cluster(), seat, ready, endsWithUs));
          words.addAll(directory.programOptions());
          return words;
        };
    return new NodeProcess(node, directory, command, within.detached(), this::onUnexpectedEnd);
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
        Ports ports =
            new Ports(ClusterClaim.basePort(description).orElse(0), plan.nodes().orElse(3));
        boolean lostPorts = plan.basePort().isEmpty() && !ports.free();
        if (!lostPorts || attempt == PORT_ATTEMPTS) {
          throw e;
        }
        portsFrom = ports.next(); // Somebody listened there between our look and our start.
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
      attach(description, registry, program).stopAll();
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
    List<Callable<Optional<NodeReport>>> questions = new ArrayList<>();
    for (NodeProcess node : nodes) {
      if (node.state() == NodeProcess.State.RUNNING) {
        questions.add(() -> WATCH.status(node.address()));
      }
    }
    List<NodeReport> answers = new ArrayList<>();
    for (Optional<NodeReport> answer : Together.run(questions)) {
      answer.ifPresent(answers::add);
    }
    return new Observation(nodes.size(), answers);
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

  /// How many processes run and are not paused.
  public int running() {
    return (int) nodes.stream().filter(n -> n.state() == NodeProcess.State.RUNNING).count();
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

  /// Puts another node, which joins, into the place and the ports of one that is no member any
  /// more.
  public NodeProcess replace(NodeProcess gone, String id) throws ClusterException {
    stop(gone);
    String others =
        nodes.stream()
            .filter(node -> node != gone)
            .map(NodeProcess::address)
            .collect(Collectors.joining(","));
    NodeDescription seen = gone.description();
    NodeDescription description =
        new NodeDescription(
            id, seen.address(), seen.http(), null, directory.data(id), directory.log(id));
    NodeProcess newcomer = process(description, description(), List.of("--join", others));
    nodes = nodes.stream().map(node -> node == gone ? newcomer : node).toList();
    start(newcomer);
    return newcomer;
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
        .flatMap(node -> WATCH.read(node.address(), "keys " + prefix))
        .map(reply -> reply.lines().toList())
        .orElse(List.of());
  }

  /// What was to go with the cluster stays.
  public synchronized void keep() throws ClusterException {
    description = description.kept();
    save();
  }

  /// Leaves the nodes to themselves once they serve; for `--detach`.
  public synchronized void detach() throws ClusterException {
    closed = true;
    ClusterDescription now = description();
    directory.write(
        new ClusterDescription(
            now.name(), now.cluster(), now.directory(), null, true, now.ephemeral(), now.nodes()));
  }

  /// Ends all nodes, those of a detached cluster too.
  public synchronized void stopAll() throws ClusterException {
    if (closed) {
      return;
    }
    closed = true;
    List<Callable<Boolean>> ends = new ArrayList<>();
    for (NodeProcess node : nodes) {
      ends.add(node::stop);
    }
    Together.run(ends);
    if (description.ephemeral()) {
      directory.delete();
      registry.remove(description.name(), description.directory());
    } else {
      directory.write(description.stopped());
    }
  }

  @Override
  public void close() throws ClusterException {
    if (supervising) {
      stopAll();
    }
  }

  private void startAll() throws ClusterException {
    for (NodeProcess node : nodes) {
      node.start();
    }
    save();
    long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
    for (NodeProcess node : nodes) {
      node.awaitReady(deadline);
    }
  }

  /// Undoes a start that failed. What the nodes logged stays, to be read.
  private void abandon() throws ClusterException {
    for (NodeProcess node : nodes) {
      node.kill();
    }
    synchronized (this) {
      closed = true;
      directory.write(description.stopped());
    }
  }

  private void onUnexpectedEnd(NodeProcess node, OptionalInt code) {
    endListener.accept(node, code);
    try {
      save();
    } catch (ClusterException e) {
      // The file then names a process that is gone, which its readers can tell by themselves.
    }
  }

  private synchronized void save() throws ClusterException {
    if (!closed) {
      directory.write(description());
    }
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
