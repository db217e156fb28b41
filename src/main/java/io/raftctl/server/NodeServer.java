package io.raftctl.server;

import io.raftctl.node.Node;
import io.raftctl.node.NodeListener;
import io.raftctl.node.Outcome;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.fault.MachineFaults;
import io.raftctl.server.packets.PacketFilter;
import io.raftctl.server.packets.PacketFilterException;
import io.raftctl.server.served.FaultControl;
import io.raftctl.server.served.MembersWatch;
import io.raftctl.server.served.NodeGate;
import io.raftctl.server.served.PeerAdmin;
import io.raftctl.server.served.ServedNode;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.exec.ExecMachine;
import io.raftctl.statemachine.exec.ExecSettings;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import io.raftctl.transport.Transport;
import io.raftctl.transport.grpc.GrpcTransport;
import io.raftctl.transport.grpc.IoThread;
import io.raftctl.transport.grpc.PeerService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A whole node: its ports, its links to its peers, and what stands behind them.
///
/// The order of the start is what makes a failed one harmless. The settings are checked, then both
/// ports are bound, then the data directory is opened, and only then does anybody hear of the node;
/// whatever fails, what was taken before is given back.
public final class NodeServer implements AutoCloseable {
  /// So long a node that is told to end waits for another one to lead, at most.
  private static final Duration HAND_OVER_MAX = Duration.ofSeconds(2);

  private final NodeSettings settings;
  private final Consumer<String> log;
  private final IoThread io;
  private final Neighbours neighbours;
  private final NodeGate gate;
  private final MembersWatch watch = new MembersWatch();
  private final CompletableFuture<String> halted = new CompletableFuture<>();
  private final CompletableFuture<String> expelled = new CompletableFuture<>();

  /// What must be given back, the last taken first.
  private final Deque<Runnable> taken = new ArrayDeque<>();

  private final @Nullable ExecMachine program;
  private Address listening;

  /// Of the data directory, once the node has begun.
  private volatile long incarnation;

  private Address http;

  /// Makes the node that is served, on what its data directory holds.
  @FunctionalInterface
  public interface NodeStarter {
    /// Starts the node. Its messages go to `transport`; it tells `listener` what becomes of it.
    ///
    /// @param taken hears how to give back each thing that was taken, the node included, at once
    ///   when it is taken; the last one is given back first
    /// @throws StartException where the data directory cannot be had
    Node start(
        NodeSettings settings, Transport transport, NodeListener listener, Consumer<Runnable> taken)
        throws StartException;
  }

  private NodeServer(NodeSettings settings, @Nullable ExecMachine program, Consumer<String> log) {
    this.settings = settings;
    this.program = program;
    this.log = log;
    this.listening = settings.listen();
    this.http = settings.http();
    this.io = new IoThread("io-" + settings.id());
    this.gate = new NodeGate(settings.id());
    this.neighbours = new Neighbours(settings, gate);
    taken.push(io::close);
  }

  /// Starts a node with the built-in state machine on its data directory, and serves it.
  ///
  /// @param log takes lines for the operator, on any thread
  /// @throws StartException where it cannot be; nothing is left behind then
  public static NodeServer start(NodeSettings settings, Consumer<String> log)
      throws StartException {
    return start(settings, (ExecSettings) null, log);
  }

  /// Starts a node on its data directory, and serves it.
  ///
  /// @param exec the program that is the state machine; null for the built-in one
  /// @param log takes lines for the operator, on any thread
  /// @throws StartException where it cannot be; nothing is left behind then
  public static NodeServer start(
      NodeSettings settings, @Nullable ExecSettings exec, Consumer<String> log)
      throws StartException {
    ExecMachine program = exec == null ? null : new ExecMachine(exec, log);
    StateMachine machine = program == null ? new KeyValueStore() : program;
    MachineFaults faults = settings.faults() ? new MachineFaults() : null;
    return serve(
        settings,
        program,
        faults,
        (wanted, transport, listener, taken) ->
            StoredNode.start(wanted, faults, machine, transport, listener, taken),
        log);
  }

  /// Starts a node that `starter` makes, and serves it.
  ///
  /// @param log takes lines for the operator, on any thread
  /// @throws StartException where it cannot be; nothing is left behind then
  public static NodeServer start(NodeSettings settings, NodeStarter starter, Consumer<String> log)
      throws StartException {
    return serve(settings, null, null, starter, log);
  }

  private static NodeServer serve(
      NodeSettings settings,
      @Nullable ExecMachine program,
      @Nullable MachineFaults faults,
      NodeStarter starter,
      Consumer<String> log)
      throws StartException {
    settings.check();
    new ReadyFile(settings.readyFile()).check();
    LibraryLogging.tame(log);
    NodeServer server = new NodeServer(settings, program, log);
    try {
      server.open(starter, faults);
      return server;
    } catch (StartException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void open(NodeStarter starter, @Nullable MachineFaults machineFaults)
      throws StartException {
    Faults faults = new Faults(settings.id());
    Traffic traffic = new Traffic();
    PacketFilter packets = settings.packets() ? packetFilter() : null;
    FaultControl control =
        new FaultControl(
            settings.id(),
            neighbours.members().keySet(),
            settings.faults(),
            faults,
            packets,
            machineFaults,
            traffic);
    ServedNode served =
        new ServedNode(
            settings.cluster(), settings.id(), neighbours.members(), gate, control, watch, program);

    PeerService peerService =
        new PeerService(
            settings.cluster(), settings.id(), neighbours, faults, traffic, this::receive, log);
    bindClientPort(served, peerService);
    OperatorPort operatorPort = bindOperatorPort(served, traffic);

    GrpcTransport transport =
        new GrpcTransport(
            new GrpcTransport.Sender(settings.cluster(), settings.id(), neighbours.own()),
            io,
            faults,
            traffic,
            log,
            expelled::complete);
    taken.push(transport::close);
    neighbours.connect(transport);
    gate.open(starter.start(settings, transport, listener(transport), taken::push));
    if (packets != null) {
      releasePackets(packets);
      taken.push(() -> releasePackets(packets));
    }
    if (program != null) {
      ProgramWatch watch = new ProgramWatch(served, program, new PeerAdmin(served, io), log);
      taken.push(watch::close);
      watch.start();
    }
    Introduction introduction =
        new Introduction(
            served,
            neighbours.own(),
            settings.join(),
            () -> incarnation,
            new PeerAdmin(served, io),
            log,
            expelled::complete);
    taken.push(introduction::close);
    introduction.start();
    taken.push(this::handOver);
    operatorPort.start();
    new ReadyFile(settings.readyFile()).write(readyLine());
  }

  private void bindClientPort(ServedNode served, PeerService peerService) throws StartException {
    Address listen = settings.listen();
    try {
      ClientPort port = ClientPort.bind(listen, served, peerService, neighbours::introduced, io);
      taken.push(port::close);
      listening = listen.withPort(port.port());
      neighbours.listening(listening);
    } catch (IOException e) {
      throw cannotListen("--listen", listen, e);
    }
  }

  private OperatorPort bindOperatorPort(ServedNode served, Traffic traffic) throws StartException {
    try {
      OperatorPort port =
          OperatorPort.bind(settings.http(), served, new NodeMetrics(served, traffic), io);
      taken.push(port::close);
      http = http.withPort(port.port());
      return port;
    } catch (IOException e) {
      throw cannotListen("--http", settings.http(), e);
    }
  }

  private static StartException cannotListen(String option, Address address, IOException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new StartException(
        StartException.Kind.LOCAL_IO,
        "cannot listen on %s (%s); choose another %s, or stop what uses it"
            .formatted(address, cause.getMessage(), option),
        e);
  }

  private PacketFilter packetFilter() {
    return new PacketFilter(
        settings.cluster(), settings.id(), neighbours::links, settings.http().port(), log);
  }

  /// Blocking survives nothing: neither a restart, nor the end of the process as far as it can
  /// help.
  private void releasePackets(PacketFilter packets) {
    try {
      packets.clear();
    } catch (PacketFilterException e) {
      log.accept(e.getMessage() + "; " + e.hint());
    }
  }

  private void receive(Input.Received received) {
    if (received.message() instanceof Message.TermReply reply) {
      neighbours.hearOf(reply.addresses());
    }
    gate.receive(received);
  }

  private NodeListener listener(GrpcTransport transport) {
    return new NodeListener() {
      @Override
      public void begins(long ofDirectory) {
        incarnation = ofDirectory;
        transport.speakAs(ofDirectory);
      }

      @Override
      public void changed(String line) {
        log.accept(line);
      }

      @Override
      public void membersChanged(Configuration members) {
        neighbours.follow(members);
      }

      @Override
      public void rolesChanged() {
        watch.tell();
      }

      @Override
      public void halted(String reason, Throwable cause) {
        log.accept("halted: " + reason);
        halted.complete(reason);
      }
    };
  }

  /// What to print once the node serves.
  public String readyLine() {
    boolean here = listening.equals(address());
    return "raftctl node %s serves %s%s (http %s, cluster %s, data %s)"
        .formatted(
            settings.id(),
            address(),
            here ? "" : ", listening on " + listening,
            http,
            settings.cluster(),
            settings.data().toAbsolutePath().normalize());
  }

  /// Where the node listens for clients and peers. It can differ from where they reach it, as with
  /// 0.0.0.0, or in a container.
  public Address listening() {
    return listening;
  }

  /// Where clients and peers reach the node.
  public Address address() {
    return neighbours.own();
  }

  /// Where operators reach the node.
  public Address http() {
    return http;
  }

  /// Completes with the reason when the node stops for good by itself; the process should end then.
  public CompletableFuture<String> halted() {
    return halted;
  }

  /// Completes with the reason when the cluster has no place for this node any more, or never had;
  /// the process should end then.
  public CompletableFuture<String> expelled() {
    return expelled;
  }

  /// A leader that is told to end lets another node lead first, so that nobody has to wait for an
  /// election timeout. Where nobody takes over in time, it ends all the same.
  private void handOver() {
    if (!gate.status().role().equals("leader") || neighbours.members().size() == 1) {
      return;
    }
    Duration patience = settings.electionTimeout().multipliedBy(2);
    CompletableFuture<Outcome> over = new CompletableFuture<>();
    gate.transfer(
        null, patience.compareTo(HAND_OVER_MAX) < 0 ? patience : HAND_OVER_MAX, over::complete);
    if (over.join() instanceof Outcome.Done done) {
      log.accept("handed over to " + done.reply().text());
    }
  }

  /// Hands over where this node leads, stops serving, then closes the log; takes about a second at
  /// most. Commands under way are answered as indeterminate.
  @Override
  public synchronized void close() {
    while (!taken.isEmpty()) {
      taken.pop().run();
    }
  }
}
