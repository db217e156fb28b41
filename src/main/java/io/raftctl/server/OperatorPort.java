package io.raftctl.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.raftctl.node.NodeStatus;
import io.raftctl.server.http.JsonText;
import io.raftctl.server.http.Response;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.transport.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The HTTP port for operators and their tools: what `curl` and a metrics collector ask.
///
/// GET and POST both do what the path says, so that `curl http://HOST:9090/block` works. The port
/// is bound at once and answers once it is started.
final class OperatorPort implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ServedNode served;
  private final NodeMetrics metrics;

  private OperatorPort(HttpServer server, ServedNode served, NodeMetrics metrics) {
    this.server = server;
    this.served = served;
    this.metrics = metrics;
  }

  static {
    // Read by the JDK's server when it is loaded: a client that sends or reads too slowly is cut
    // off.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    System.setProperty("jdk.httpserver.maxConnections", "256");
  }

  static OperatorPort bind(Address address, ServedNode served, NodeMetrics metrics)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address.host(), address.port()), 0);
    return new OperatorPort(server, served, metrics);
  }

  int port() {
    return server.getAddress().getPort();
  }

  void start() {
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Response response = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      if (response.status() == 204) {
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", response.contentType());
      exchange.sendResponseHeaders(response.status(), response.body().length);
      exchange.getResponseBody().write(response.body());
    }
  }

  private Response answer(String method, String path) throws IOException {
    if (!method.equals("GET") && !method.equals("POST")) {
      return line(405, "only GET and POST are answered here");
    }
    try {
      return switch (path) {
        case "/block" -> {
          served.faults().block();
          yield line(204, "");
        }
        case "/unblock" -> {
          served.faults().unblock();
          yield line(204, "");
        }
        case "/test" -> line(204, "");
        case "/status" -> Response.json(200, JsonText.status(served.status()));
        case "/metrics" -> new Response(200, NodeMetrics.CONTENT_TYPE, metrics.text());
        case "/livez" -> live();
        case "/readyz" -> ready();
        default -> line(404, "there is " + PATHS);
      };
    } catch (Problem problem) {
      return line(problem.code().httpStatus(), problem.message() + "; " + problem.hint());
    }
  }

  private static final String PATHS =
      "/block, /unblock, /test, /status, /metrics, /livez and /readyz";

  /// Whether the node takes its turns. One that does not must be replaced.
  private Response live() {
    String halted = served.node().status().halted();
    return halted == null ? line(200, "ok") : line(503, "halted: " + halted);
  }

  /// Whether the node follows or is a leader, so that it can serve clients or send them there.
  private Response ready() {
    NodeStatus status = served.node().status();
    if (status.halted() != null) {
      return line(503, "halted: " + status.halted());
    }
    if (status.leader() == null && status.damage().any()) {
      return line(503, "no leader is known; " + status.damage().text());
    }
    return status.leader() == null
        ? line(503, "no leader is known")
        : line(200, "ok, node " + status.leader() + " leads");
  }

  private static Response line(int status, String text) {
    return new Response(status, "text/plain", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
