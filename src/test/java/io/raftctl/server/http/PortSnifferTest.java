package io.raftctl.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.raftctl.testing.Await;
import io.raftctl.transport.grpc.IoThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The limits of a port that is open to strangers.
class PortSnifferTest {
  private final IoThread io = new IoThread("sniffer");
  private final List<Socket> clients = new ArrayList<>();
  private Server server;

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    server.shutdownNow();
    io.close();
  }

  private void serve(int connectionsMax, Duration firstBytesMax) throws IOException {
    Routes routes =
        new Routes() {
          @Override
          public void handle(Request request, Consumer<Response> done) {
            done.accept(Response.json(200, "{}"));
          }

          @Override
          public Response refusal(Refusal refusal) {
            return Response.json(400, "{}");
          }
        };
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .bossEventLoopGroup(io.group())
            .workerEventLoopGroup(io.group())
            .channelType(NioServerSocketChannel.class)
            .directExecutor()
            .protocolNegotiator(new PortSniffer(routes, connectionsMax, firstBytesMax))
            .build()
            .start();
  }

  private Socket connect() throws IOException {
    Socket client = new Socket("127.0.0.1", server.getPort());
    client.setSoTimeout(10_000);
    clients.add(client);
    return client;
  }

  private static boolean answers(Socket client) throws IOException {
    client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return client.getInputStream().read() == 'H';
  }

  @Test
  void oneConnectionTooManyIsClosedAndTheOthersStay() throws Exception {
    serve(2, Duration.ofSeconds(60));
    Socket first = connect();
    Socket second = connect();
    assertThat(answers(first)).isTrue();
    assertThat(answers(second)).isTrue();
    assertThat(connect().getInputStream().read()).isEqualTo(-1);
    second.close();
    Await.until("there is room again", () -> answers(connect()));
  }

  @Test
  void whoDoesNotSayInTimeWhatItSpeaksIsClosed() throws Exception {
    serve(10, Duration.ofMillis(100));
    Socket silent = connect();
    Socket slow = connect();
    slow.getOutputStream().write("PRI * HTTP/2".getBytes(StandardCharsets.US_ASCII));
    assertThat(silent.getInputStream().read()).isEqualTo(-1);
    assertThat(slow.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aConnectionThatHasSaidItStays() throws Exception {
    serve(10, Duration.ofSeconds(1));
    Socket spoken = connect();
    assertThat(answers(spoken)).isTrue();
    assertThat(connect().getInputStream().read()).as("a later one has timed out").isEqualTo(-1);
    spoken.getInputStream().skipNBytes(spoken.getInputStream().available());
    spoken.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(spoken.getInputStream().read()).isEqualTo('H');
  }
}
