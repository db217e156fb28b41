package io.raftctl.server;

import io.raftctl.node.NodeStatus;
import io.raftctl.server.http.JsonText;
import io.raftctl.server.http.Request;
import io.raftctl.server.http.Response;
import io.raftctl.server.http.Routes;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// What the port for operators answers, in one line of text where nothing else is said.
///
/// GET and POST both do what the path says, so that `curl http://HOST:9090/block` works.
final class OperatorRoutes implements Routes {
  private static final String PATHS =
      "/block, /unblock, /disk, /clock, /test, /status, /metrics, /livez and /readyz";

  private final ServedNode served;
  private final NodeMetrics metrics;

  OperatorRoutes(ServedNode served, NodeMetrics metrics) {
    this.served = served;
    this.metrics = metrics;
  }

  /// On a thread that may wait: a block of packets runs a program, the first metrics load a
  /// library.
  @Override
  public void handle(Request request, Consumer<Response> done) {
    Thread.ofVirtual().name("operator").start(() -> done.accept(answer(request)));
  }

  @Override
  public Response refusal(Refusal refusal) {
    return switch (refusal) {
      case MALFORMED -> line(400, "this is no request of HTTP/1.1");
      case ENCODED -> line(400, "the only transfer encoding that is understood is 'chunked'");
      case TOO_LARGE -> line(413, "nothing here takes so large a body");
      case BUSY -> line(503, "too much is under way; try again");
    };
  }

  private Response answer(Request request) {
    if (!request.method().equals("GET") && !request.method().equals("POST")) {
      return line(405, "only GET and POST are answered here");
    }
    try {
      return switch (request.path()) {
        case "/block" -> {
          served.requireNoForeignPage(request.provenance()::foreign);
          served.faults().block();
          yield line(204, "");
        }
        case "/unblock" -> {
          served.requireNoForeignPage(request.provenance()::foreign);
          served.faults().unblock();
          yield line(204, "");
        }
        case "/disk" -> {
          served.requireNoForeignPage(request.provenance()::foreign);
          yield MachineRoutes.disk(request.query(), served.faults().machine().disk());
        }
        case "/clock" -> {
          served.requireNoForeignPage(request.provenance()::foreign);
          yield MachineRoutes.clock(request.query(), served.faults().machine().clock());
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
    } catch (IOException e) {
      return line(500, "the metrics cannot be written: " + e.getMessage());
    }
  }

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
        : line(
            200,
            "ok, node %s leads%s"
                .formatted(
                    status.leader(), status.diskFull() ? "; the disk of this node is full" : ""));
  }

  private static Response line(int status, String text) {
    return new Response(status, "text/plain", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
