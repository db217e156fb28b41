package io.raftctl.client.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import io.raftctl.client.wire.Exchange.Result;
import io.raftctl.testing.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Whether the other side can have read the request is what everything else rests on.
class ExchangeTest {
  private static final byte[] BODY = "{\"command\":\"put k v\"}".getBytes(UTF_8);
  private static final String TARGET = "POST /v1/submit";

  @Test
  void anAnswerIsHandedOut() throws IOException {
    try (ScriptedNode node = ScriptedNode.start(_ -> new Reply.Json(503, "{}"))) {
      Result result = post(node.endpoint(), BODY, Duration.ofSeconds(5));

      assertThat(result).isInstanceOf(Result.Answered.class);
      assertThat(((Result.Answered) result).status()).isEqualTo(503);
      assertThat(((Result.Answered) result).body()).asString(UTF_8).isEqualTo("{}");
    }
  }

  /// The JDK's client would send a POST again by itself here, were its length not announced.
  @Test
  void aRequestThatWasReadBeforeTheConnectionClosedIsLostAndNeverSentAgain() throws IOException {
    try (ScriptedNode node = ScriptedNode.start(_ -> new Reply.Close())) {
      // Twice, since the JDK's client behaves differently on connections that it has used before.
      assertThat(post(node.endpoint(), BODY, Duration.ofSeconds(5)))
          .isInstanceOf(Result.Lost.class);
      assertThat(node.count(TARGET)).isOne();
      assertThat(post(node.endpoint(), BODY, Duration.ofSeconds(5)))
          .isInstanceOf(Result.Lost.class);
      assertThat(node.count(TARGET)).isEqualTo(2);
    }
  }

  @Test
  void noConnectionIsUsedTwice() throws IOException {
    try (KeepAliveNode node = new KeepAliveNode()) {
      Deadline deadline = Deadline.after(Duration.ofSeconds(5));
      for (byte[] body : new byte[][] {null, BODY, null, BODY}) {
        assertThat(Exchange.start(node.endpoint(), "/v1/x", body, deadline).await())
            .isInstanceOf(Result.Answered.class);
      }
      assertThat(node.connections).isEqualTo(4);
    }
  }

  @Test
  void aRefusedConnectionIsUnsent() throws IOException {
    Endpoint closed = new Endpoint("127.0.0.1", FreePorts.choose());

    Result result = post(closed, BODY, Duration.ofSeconds(5));

    assertThat(result).isEqualTo(new Result.Unsent(closed + " refuses connections"));
  }

  @Test
  void anUnknownHostIsUnsent() {
    assertThat(post(new Endpoint("no-such-host.invalid", 80), BODY, Duration.ofSeconds(5)))
        .isInstanceOf(Result.Unsent.class);
  }

  @Test
  void aSilentNodeIsLeftAtTheDeadlineAndMayHaveReadTheRequest() throws IOException {
    try (ScriptedNode node = ScriptedNode.start(_ -> new Reply.Silence())) {
      long start = System.nanoTime();

      assertThat(post(node.endpoint(), BODY, Duration.ofMillis(300)))
          .isInstanceOf(Result.Lost.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
  }

  /// The rest of the body is stuck on this side, so the other one cannot have it.
  @Test
  void aBodyOfWhichTheLastByteWasNotWrittenIsUnsent() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Endpoint endpoint = new Endpoint("127.0.0.1", server.getLocalPort());

      // Nobody accepts, let alone reads: the system's buffers take some of it and no more.
      assertThat(post(endpoint, new byte[32 << 20], Duration.ofMillis(500)))
          .isInstanceOf(Result.Unsent.class);
    }
  }

  @Test
  void aBodyThatTheOtherSideStopsReadingIsUnsent() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> closeAfterSomeBytes(server));
      Endpoint endpoint = new Endpoint("127.0.0.1", server.getLocalPort());

      assertThat(post(endpoint, new byte[32 << 20], Duration.ofSeconds(5)))
          .isInstanceOf(Result.Unsent.class);
    }
  }

  @Test
  void anAnswerThatIsNoHttpIsNoAnswer() throws IOException {
    try (ScriptedNode node = ScriptedNode.start(_ -> new Reply.Bytes("220 mail here\r\n"))) {
      assertThat(post(node.endpoint(), BODY, Duration.ofSeconds(5)))
          .isEqualTo(new Result.Lost(node.endpoint() + " does not speak HTTP"));
      assertThat(node.count(TARGET)).isOne();
    }
  }

  private static void closeAfterSomeBytes(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().readNBytes(1 << 16);
    } catch (IOException e) {
      // The client went away.
    }
  }

  private static Result post(Endpoint endpoint, byte[] body, Duration timeout) {
    return Exchange.start(endpoint, "/v1/submit", body, Deadline.after(timeout)).await();
  }

  /// Offers to keep connections, as any server of HTTP/1.1 does.
  private static final class KeepAliveNode implements AutoCloseable {
    private static final byte[] ANSWER =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=60\r\n\r\n{}".getBytes(UTF_8);

    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private volatile int connections;

    KeepAliveNode() throws IOException {
      Thread.ofVirtual().start(this::serve);
    }

    Endpoint endpoint() {
      return new Endpoint("127.0.0.1", server.getLocalPort());
    }

    private void serve() {
      try {
        while (true) {
          Socket socket = server.accept();
          connections++;
          Thread.ofVirtual().start(() -> answerAll(socket));
        }
      } catch (IOException e) {
        // Closed: the test is over.
      }
    }

    private static void answerAll(Socket socket) {
      try (socket) {
        InputStream in = socket.getInputStream();
        StringBuilder request = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
          request.append((char) next);
          String end = request.charAt(0) == 'G' ? "\r\n\r\n" : "}";
          if (request.toString().endsWith(end)) {
            request.setLength(0);
            socket.getOutputStream().write(ANSWER);
          }
        }
      } catch (IOException e) {
        // The client went away.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
