package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.raft.NodeId;
import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.transport.Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node from its settings to its end.
class NodeServerTest {
  @TempDir private Path folder;

  private NodeSettings settings(Address listen, Address http, Path readyFile) {
    return new NodeSettings(
        "test",
        new NodeId("1"),
        listen,
        http,
        new TreeMap<>(),
        List.of(),
        folder.resolve("data"),
        Duration.ofMillis(200),
        Duration.ofMillis(40),
        true,
        false,
        64 << 20,
        readyFile);
  }

  private static Address anyPort() {
    return new Address("127.0.0.1", 0);
  }

  @Test
  void aLoneNodeStartsServesAndKeepsWhatItWasTold() throws Exception {
    Path ready = folder.resolve("ready");
    try (NodeServer server = NodeServer.start(settings(anyPort(), anyPort(), ready), _ -> {})) {
      assertThat(server.readyLine())
          .isEqualTo(
              "raftctl node 1 serves %s (http %s, cluster test, data %s)"
                  .formatted(server.address(), server.http(), folder.resolve("data")));
      assertThat(ready).hasContent(server.readyLine() + "\n");
      Await.until("the command is applied", () -> submit(server, "put k v").statusCode() == 200);
    }
    try (NodeServer server = NodeServer.start(settings(anyPort(), anyPort(), null), _ -> {})) {
      Await.until("the node leads", () -> read(server, "get k").contains("\"reply\":\"v\""));
    }
  }

  @Test
  void whereItListensElsewhereThanPeersAreToldBothAreSaid() throws Exception {
    NodeSettings settings =
        with(
            settings(anyPort(), anyPort(), null),
            "test",
            Duration.ofMillis(40),
            Map.of("1", new Address("node-1.example", 4000)));
    try (NodeServer server = NodeServer.start(settings, _ -> {})) {
      assertThat(server.listening().port()).isPositive();
      assertThat(server.readyLine())
          .startsWith(
              "raftctl node 1 serves node-1.example:4000, listening on %s (http %s, "
                  .formatted(server.listening(), server.http()));
    }
  }

  @Test
  void aReadyFileThatCannotBeWrittenIsSaidBeforeAnythingIsTouched() throws Exception {
    Path missing = folder.resolve("no/such/folder");
    Path taken = Files.createDirectories(folder.resolve("taken"));
    if (Files.exists(Path.of("/dev/null"))) {
      assertReadyFileRefused(Path.of("/dev/null"), "it is no regular file");
    }
    assertReadyFileRefused(missing.resolve("ready"), "there is no directory " + missing);
    assertReadyFileRefused(taken, "it is a directory");
    assertReadyFileRefused(Path.of("/"), "it is a directory");
    assertThat(folder).isDirectoryNotContaining("glob:**/data");
    assertThat(taken).isEmptyDirectory();
  }

  private void assertReadyFileRefused(Path file, String reason) {
    StartException refusal =
        catchThrowableOfType(
            StartException.class,
            () -> NodeServer.start(settings(anyPort(), anyPort(), file), _ -> {}));
    assertThat(refusal.kind()).isEqualTo(StartException.Kind.LOCAL_IO);
    assertThat(refusal)
        .hasMessage(
            "cannot write the ready file %s (%s); choose another --ready-file"
                .formatted(file, reason));
  }

  private static HttpResponse<String> submit(NodeServer server, String command) throws Exception {
    return Requests.post(server.address(), "/v1/submit", "{\"command\": \"" + command + "\"}");
  }

  private static String read(NodeServer server, String command) throws Exception {
    return Requests.post(server.address(), "/v1/read", "{\"command\": \"" + command + "\"}").body();
  }

  @Test
  void itStopsAtOnce() throws Exception {
    NodeServer server = NodeServer.start(settings(anyPort(), anyPort(), null), _ -> {});
    Await.until("the command is applied", () -> submit(server, "put k v").statusCode() == 200);
    long start = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aBusyPortIsSaidAndNothingIsTouched() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Address taken = new Address("127.0.0.1", busy.getLocalPort());
      for (NodeSettings settings :
          new NodeSettings[] {settings(taken, anyPort(), null), settings(anyPort(), taken, null)}) {
        StartException refusal =
            catchThrowableOfType(StartException.class, () -> NodeServer.start(settings, _ -> {}));
        assertThat(refusal.kind()).isEqualTo(StartException.Kind.LOCAL_IO);
        assertThat(refusal).hasMessageMatching("cannot listen on " + taken + " .*in use.*");
        assertThat(refusal.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aNameThatIsNotKnownIsSaid() {
    assertThatThrownBy(
            () ->
                NodeServer.start(
                    settings(new Address("no-such-host.invalid", 0), anyPort(), null), _ -> {}))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("cannot listen on no-such-host.invalid:0");
  }

  @Test
  void aDirectoryInUseIsSaidAndThePortsAreFreeAgain() throws Exception {
    int port = FreePorts.choose();
    Address wanted = new Address("127.0.0.1", port);
    try (NodeServer first = NodeServer.start(settings(anyPort(), anyPort(), null), _ -> {})) {
      StartException refusal =
          catchThrowableOfType(
              StartException.class,
              () -> NodeServer.start(settings(wanted, anyPort(), null), _ -> {}));
      assertThat(refusal.kind()).isEqualTo(StartException.Kind.LOCAL_IO);
      assertThat(refusal.getMessage()).contains(folder.resolve("data").toRealPath().toString());
      assertThat(first.halted()).isNotDone();
    }
    NodeServer.start(settings(wanted, anyPort(), null), _ -> {}).close();
  }

  @Test
  void aForeignDirectoryIsLeftAlone() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("thesis.txt"), "years of work");
    StartException refusal =
        catchThrowableOfType(
            StartException.class,
            () -> NodeServer.start(settings(anyPort(), anyPort(), null), _ -> {}));
    assertThat(refusal.kind()).isEqualTo(StartException.Kind.LOCAL_IO);
    assertThat(data.resolve("thesis.txt")).hasContent("years of work");
  }

  @Test
  void theDirectoryOfAnotherNodeIsLeftAsItIsDownToItsLock() throws Exception {
    NodeSettings first = settings(anyPort(), anyPort(), null);
    NodeServer.start(first, _ -> {}).close();
    Path lock = Files.writeString(first.data().resolve("LOCK"), "4711\n");
    NodeSettings second = with(first, "another", first.heartbeat(), Map.of());
    String whose = "belongs to node 1 of cluster 'test', not to node 1 of cluster 'another'";

    assertRefused(second, StartException.Kind.LOCAL_IO, whose);
    assertThat(lock).hasContent("4711\n");

    Files.delete(lock);
    assertRefused(second, StartException.Kind.LOCAL_IO, whose);
    assertThat(lock).doesNotExist();
  }

  @Test
  void settingsThatContradictEachOtherAreRefusedBeforeAnythingIsTouched() {
    Address here = new Address("127.0.0.1", 4000);
    NodeSettings good = settings(here, anyPort(), null);
    assertRefused(with(good, "a b", good.heartbeat(), Map.of()), "is not a cluster id");
    assertRefused(with(good, "c", Duration.ofMillis(150), Map.of()), "at least twice");
    assertRefused(with(good, "c", Duration.ofMillis(1), Map.of()), "at least 5ms");
    assertRefused(
        with(good, "c", good.heartbeat(), Map.of("2", here)),
        "node 1 is not the one at 127.0.0.1:4000, node 2 is");
    assertRefused(
        with(
            good,
            "c",
            good.heartbeat(),
            Map.of("2", new Address("a", 1), "3", new Address("a", 1))),
        "nodes 2 and 3 cannot both be at a:1");
    Map<String, Address> three =
        Map.of("2", new Address("a", 1), "3", new Address("b", 1), "4", new Address("c", 1));
    assertRefused(with(good, "c", good.heartbeat(), three), "node 1 is not among the peers");
    Map<String, Address> selector = Map.of("leader", new Address("a", 1));
    assertRefused(with(good, "c", good.heartbeat(), selector), "'leader' cannot be the id");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  private static NodeSettings with(
      NodeSettings good, String cluster, Duration heartbeat, Map<String, Address> peers) {
    TreeMap<NodeId, Address> members = new TreeMap<>();
    peers.forEach((id, address) -> members.put(new NodeId(id), address));
    return new NodeSettings(
        cluster,
        good.id(),
        good.listen(),
        good.http(),
        members,
        List.of(),
        good.data(),
        good.electionTimeout(),
        heartbeat,
        true,
        false,
        64 << 20,
        null);
  }

  private static void assertRefused(NodeSettings settings, String message) {
    assertRefused(settings, StartException.Kind.USAGE, message);
  }

  private static void assertRefused(
      NodeSettings settings, StartException.Kind kind, String message) {
    StartException refusal =
        catchThrowableOfType(StartException.class, () -> NodeServer.start(settings, _ -> {}));
    assertThat(refusal).hasMessageContaining(message);
    assertThat(refusal.kind()).isEqualTo(kind);
  }

  @Test
  void requestsBeforeTheNodeStandsAreAskedToComeAgain() throws Exception {
    AtomicBoolean asked = new AtomicBoolean();
    int port = FreePorts.choose();
    Address listen = new Address("127.0.0.1", port);
    EchoNode node = new EchoNode(new NodeId("1"));
    NodeServer server =
        NodeServer.start(
            settings(listen, anyPort(), null),
            (given, transport, listener, taken) -> {
              taken.accept(node::close);
              asked.set(askEarly(listen));
              return node;
            },
            _ -> {});
    server.close();
    assertThat(asked).isTrue();
    assertThat(node.closed).isTrue();
  }

  private static boolean askEarly(Address address) {
    try {
      HttpResponse<String> answer = Requests.post(address, "/v1/submit", "{\"command\": \"a\"}");
      return answer.statusCode() == 503 && answer.body().contains("the node is starting");
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void aNodeThatCouldNotStartGivesEverythingBack() throws Exception {
    int port = FreePorts.choose();
    Address listen = new Address("127.0.0.1", port);
    EchoNode node = new EchoNode(new NodeId("1"));
    Path vanishing = Files.createDirectory(folder.resolve("vanishing"));
    Path ready = vanishing.resolve("ready");
    assertThatThrownBy(
            () ->
                NodeServer.start(
                    settings(listen, anyPort(), ready),
                    (given, transport, listener, taken) -> {
                      taken.accept(node::close);
                      assertThat(vanishing.toFile().delete()).isTrue();
                      return node;
                    },
                    _ -> {}))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "cannot write the ready file %s (there is no directory %s); choose another --ready-file"
                .formatted(ready, vanishing));
    assertThat(node.closed).isTrue();
    new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
  }

  @Test
  void aHaltedNodeIsTold() throws Exception {
    EchoNode node = new EchoNode(new NodeId("1"));
    try (NodeServer server =
        NodeServer.start(
            settings(anyPort(), anyPort(), null),
            (given, transport, listener, taken) -> {
              listener.halted("the disk failed", new IllegalStateException());
              return node;
            },
            _ -> {})) {
      assertThat(server.halted()).isCompletedWithValue("the disk failed");
    }
  }

  /// Nodes of one machine cannot block packets, and so the second one refuses.
  @Test
  void whatAnotherNodeRefusesIsPassedBackAsItsWord() throws Exception {
    try (TestServer two =
            new TestServer(withPackets("2", Map.of("1", new Address("127.0.0.1", 9))));
        TestServer one = new TestServer(TestServer.settings("1", Map.of("2", two.address())))) {
      HttpResponse<String> answer = one.post("/v1/block", "{\"node\": \"2\"}");
      assertThat(answer.statusCode()).isEqualTo(503);
      JsonObject said = JsonParser.object().from(answer.body());
      assertThat(said.getString("message"))
          .isEqualTo("packets were not blocked: node 1 is on this machine, at 127.0.0.1");
      assertThat(said.getString("hint"))
          .isEqualTo("start the nodes of one machine without --packets");
    }
  }

  private static NodeSettings withPackets(String id, Map<String, Address> peers) throws Exception {
    NodeSettings plain = TestServer.settings(id, peers);
    return new NodeSettings(
        plain.cluster(),
        plain.id(),
        plain.listen(),
        new Address("127.0.0.1", FreePorts.choose()),
        plain.peers(),
        plain.join(),
        plain.data(),
        plain.electionTimeout(),
        plain.heartbeat(),
        true,
        true,
        plain.snapshotBytes(),
        null);
  }

  @Test
  void anyNodeTellsTheWholeClusterAndPassesABlockOn() throws Exception {
    try (TestServer two =
            new TestServer(TestServer.settings("2", Map.of("1", new Address("127.0.0.1", 9))));
        TestServer one =
            new TestServer(
                TestServer.settings(
                    "1", Map.of("2", two.address(), "3", new Address("127.0.0.1", 1))))) {
      two.node.role = "follower";
      JsonObject view = JsonParser.object().from(one.get("/v1/cluster").body());
      assertThat(view).containsEntry("leader", "1").containsEntry("term", 1);
      assertThat(view.getArray("nodes")).hasSize(3);
      assertThat(view.getArray("nodes").getObject(1))
          .containsEntry("id", "2")
          .containsEntry("role", "follower")
          .containsEntry("lag", 0)
          .containsEntry("reachable", true);
      assertThat(view.getArray("nodes").getObject(2))
          .containsEntry("id", "3")
          .containsEntry("role", null)
          .containsEntry("blocked", null)
          .containsEntry("reachable", false);

      assertThat(one.post("/v1/block", "{\"node\": \"2\"}").body()).contains("\"blocked\":true");
      assertThat(two.get("/v1/status").body()).contains("\"blocked\":true");
      assertThat(JsonParser.object().from(one.get("/v1/cluster").body()))
          .containsEntry("leader", null);
      assertThat(one.post("/v1/unblock", "{\"node\": \"2\"}").statusCode()).isEqualTo(200);
    }
  }
}
