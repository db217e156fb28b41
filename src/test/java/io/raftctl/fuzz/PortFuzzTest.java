package io.raftctl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.raftctl.raft.NodeId;
import io.raftctl.server.NodeServer;
import io.raftctl.server.NodeSettings;
import io.raftctl.server.Requests;
import io.raftctl.testing.Await;
import io.raftctl.testing.RawCall;
import io.raftctl.transport.Address;
import io.raftctl.transport.grpc.Channels;
import io.raftctl.transport.grpc.IoThread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever comes to the ports of a whole node, over gRPC and HTTP: the node lives, its term and
/// what it has acknowledged stay, it answers what makes sense, and says why it refuses the rest.
@Timeout(86_400)
class PortFuzzTest {
  private static final String CLUSTER = "test";

  /// After so many inputs the node is looked at.
  private static final int ROUND = 200;

  /// A request that says that more is to come is waited for by the node, and not by this test.
  private static final int PATIENCE_MILLIS = 50;

  private static final long HEAP_GROWTH_MAX = 96 << 20;

  @TempDir private Path folder;
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
  private NodeServer server;
  private IoThread io;
  private ManagedChannel channel;
  private long term;
  private long counted;
  private long inputs;

  @BeforeEach
  void start() throws Exception {
    Address any = new Address("127.0.0.1", 0);
    NodeSettings settings =
        new NodeSettings(
            CLUSTER,
            new NodeId("1"),
            any,
            any,
            new TreeMap<>(),
            List.of(),
            folder.resolve("data"),
            Duration.ofMillis(200),
            Duration.ofMillis(40),
            false,
            false,
            64 << 20,
            null);
    server = NodeServer.start(settings, log::add);
    io = new IoThread("fuzz-client");
    channel = Channels.open(io, new InetSocketAddress("127.0.0.1", server.address().port()));
    Await.until("the node leads", () -> submit("put canary alive").contains("\"OK\""));
    term = status().getLong("term");
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    io.close();
    server.close();
  }

  @Test
  void whateverComesTheNodeLivesAndKeepsItsWord() throws Exception {
    long before = heap();
    new Inputs(getClass(), 0.01, 400, 64 << 20).each(this::attempt);
    look();
    Await.until("memory is given back", () -> heap() - before < HEAP_GROWTH_MAX);
  }

  private void attempt(RandomGenerator random) throws Exception {
    NodeRequests requests = new NodeRequests(random);
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        NodeRequests.Call call = requests.call(CLUSTER);
        byte[] message = mutated(call.message(), random);
        Status status = RawCall.make(channel, call.method(), message);
        if (!call.method().getFullMethodName().startsWith("grpc.")) { // Those speak for gRPC.
          judge(status);
        }
      }
      case 3 -> exchange(server.address(), requests.http2()); // Its answers are no text.
      case 2 -> judge(exchange(server.http(), mutated(requests.operator(), random)), false);
      default -> judge(exchange(server.address(), mutated(requests.http(), random)), true);
    }
    if (++inputs % ROUND == 0) {
      look();
    }
  }

  private static byte[] mutated(byte[] bytes, RandomGenerator random) {
    byte[] changed = random.nextInt(40) == 0 ? Mutation.random(300, random) : bytes;
    for (int i = random.nextInt(3); i > 0; i--) {
      changed = Mutation.of(changed, random);
    }
    return changed;
  }

  private static byte[] mutated(String text, RandomGenerator random) {
    return mutated(text.getBytes(StandardCharsets.ISO_8859_1), random);
  }

  /// A call ends, and where it was refused, the node has said why.
  private static void judge(Status status) {
    if (!status.isOk()) {
      assertThat(status.getDescription()).as("%s", status).isNotBlank();
      assertThat(status.getDescription()).doesNotContain("\n", "Exception", "Application error");
      assertThat(status.getCode()).as("%s", status).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
  }

  /// What is no HTTP gets no word; what is gets an answer, unless the node waits for the rest of
  /// it.
  private static void judge(String answer, boolean json) {
    if (answer.isEmpty()) {
      return;
    }
    assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("Exception", "\tat ");
    int status = Integer.parseInt(answer.substring(9, 12));
    assertThat(status).as(answer).isNotEqualTo(500);
    if (status >= 400 && json) {
      assertThat(answer).contains("\"code\":", "\"message\":\"", "\"hint\":");
    }
  }

  private static String exchange(Address port, byte[] request) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket("127.0.0.1", port.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request);
      socket.getInputStream().transferTo(answer);
    } catch (SocketTimeoutException waiting) {
      // It was told that more would come.
    } catch (IOException closed) {
      // Closed while this was being written: what is no HTTP is not read to its end.
    }
    return answer.toString(StandardCharsets.ISO_8859_1);
  }

  /// The node is as it was, and counts on.
  private void look() throws Exception {
    assertThat(server.halted()).isNotDone();
    assertThat(server.expelled()).isNotDone();
    JsonObject status = status();
    assertThat(status.getLong("term")).as("the term").isEqualTo(term);
    assertThat(status.getString("role")).isEqualTo("leader");
    assertThat(submit("get canary")).contains("\"alive\"");
    counted++;
    assertThat(submit("incr counted")).contains("\"" + counted + "\"");
    assertThat(log).noneMatch(line -> line.contains("Exception") || line.contains("\n"));
    log.clear();
  }

  private JsonObject status() throws Exception {
    return JsonParser.object().from(Requests.get(server.address(), "/v1/status").body());
  }

  private String submit(String command) throws Exception {
    return Requests.post(server.address(), "/v1/submit", "{\"command\": \"" + command + "\"}")
        .body();
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
