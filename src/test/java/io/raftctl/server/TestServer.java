package io.raftctl.server;

import io.grpc.ManagedChannel;
import io.raftctl.node.NodeListener;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.transport.Address;
import io.raftctl.transport.Transport;
import io.raftctl.transport.grpc.Channels;
import io.raftctl.transport.grpc.IoThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A real server on free ports before an [EchoNode], and clients to talk to it.
public final class TestServer implements AutoCloseable {
  public final EchoNode node;
  public final NodeServer server;
  public final Queue<String> log = new ConcurrentLinkedQueue<>();
  private Transport transport = _ -> {};
  private @Nullable NodeListener listener;

  private final IoThread io = new IoThread("test-client");
  private final ManagedChannel channel;

  public TestServer(NodeSettings settings) throws StartException {
    this.node = new EchoNode(settings.id());
    node.members = Configuration.of(settings.members().keySet());
    this.server =
        NodeServer.start(
            settings,
            (given, connected, hearing, taken) -> {
              taken.accept(node::close);
              transport = connected;
              listener = hearing;
              return node;
            },
            log::add);
    this.channel = Channels.open(io, new InetSocketAddress("127.0.0.1", server.address().port()));
  }

  /// Settings of node `id` on free ports, with faults on.
  public static NodeSettings settings(String id, Map<String, Address> peers) {
    SortedMap<NodeId, Address> members = new TreeMap<>();
    peers.forEach((peer, address) -> members.put(new NodeId(peer), address));
    return new NodeSettings(
        "test",
        new NodeId(id),
        new Address("127.0.0.1", 0),
        new Address("127.0.0.1", 0),
        members,
        List.of(),
        Path.of("unused"),
        Duration.ofMillis(500),
        Duration.ofMillis(50),
        true,
        false,
        64 << 20,
        null);
  }

  public static TestServer single() throws StartException {
    return new TestServer(settings("1", Map.of()));
  }

  /// The node knows its data directory.
  void begins(long incarnation) {
    listener.begins(incarnation);
  }

  /// The node sends a message.
  void send(Message message) {
    transport.send(List.of(message));
  }

  /// The node's log says who belongs to the cluster now.
  public void follow(Configuration members) {
    node.members = members;
    Objects.requireNonNull(listener).membersChanged(members);
    Objects.requireNonNull(listener).rolesChanged();
  }

  /// The node leads no longer, and says so.
  public void stepDown() {
    node.role = "follower";
    Objects.requireNonNull(listener).rolesChanged();
  }

  public ManagedChannel channel() {
    return channel;
  }

  public Address address() {
    return server.address();
  }

  /// A request to the client port.
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return Requests.get(address(), path);
  }

  /// A request to the client port.
  public HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return Requests.post(address(), path, body);
  }

  /// A request to the port for operators.
  public HttpResponse<String> operator(String path) throws IOException, InterruptedException {
    return Requests.get(server.http(), path);
  }

  /// A bare connection to the client port.
  public Socket socket() throws IOException {
    return socket(address());
  }

  private static Socket socket(Address to) throws IOException {
    Socket socket = new Socket("127.0.0.1", to.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /// Sends the bytes and returns all that comes back until the server closes the connection.
  public String exchange(String bytes) throws IOException {
    return exchange(address(), bytes);
  }

  /// The same on another port of the server.
  public String exchange(Address port, String bytes) throws IOException {
    try (Socket socket = socket(port)) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    io.close();
    server.close();
  }
}
