package io.raftctl.server.http;

import io.raftctl.node.Outcome;
import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.proto.v1.FaultsReply;
import io.raftctl.raft.Entry;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.server.served.ClusterView;
import io.raftctl.server.served.FaultControl;
import io.raftctl.server.served.Limits;
import io.raftctl.server.served.MemberWish;
import io.raftctl.server.served.PeerAdmin;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.storage.snapshot.SnapshotHeader;
import io.raftctl.storage.snapshot.SnapshotWriter;
import io.raftctl.transport.Link;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The routes of the client port; docs/http.md is their contract.
///
/// Commands and reads are answered on the node's threads; a route that waits for another node, for
/// the disk or for time to pass gets a virtual thread.
public final class HttpRoutes implements Routes {
  private static final String LOG = "GET /v1/log";
  private static final String SNAPSHOT = "GET /v1/snapshot";
  private static final long LOG_POLL_MILLIS = 20;

  private final ServedNode served;
  private final PeerAdmin peers;

  public HttpRoutes(ServedNode served, PeerAdmin peers) {
    this.served = served;
    this.peers = peers;
  }

  /// A route that may wait.
  private interface Waiting {
    Response answer(Request request) throws Problem, InterruptedException;
  }

  private interface Route {
    void handle(Request request, Consumer<Response> done) throws Problem;
  }

  @Override
  public void handle(Request request, Consumer<Response> done) {
    try {
      Route route = route(request);
      requireKnownParameters(request);
      if (request.method().equals("POST")) {
        served.requireNoForeignPage(request.provenance()::foreign);
      }
      route.handle(request, done);
    } catch (Problem problem) {
      done.accept(JsonText.problem(problem));
    }
  }

  private Route route(Request request) throws Problem {
    return switch (request.method() + " " + request.path()) {
      case "POST /v1/submit" -> this::submit;
      case "POST /v1/read" -> this::read;
      case "POST /v1/outcome" -> this::outcome;
      case "POST /v1/leader/transfer" -> this::transfer;
      case "GET /v1/members" -> this::members;
      case "POST /v1/members" -> this::changeMembers;
      case "GET /v1/status" -> this::status;
      case LOG -> waiting(this::log);
      case SNAPSHOT -> this::snapshot;
      case "GET /v1/cluster" -> waiting(this::cluster);
      case "POST /v1/block" -> waiting(this::block);
      case "POST /v1/unblock" -> waiting(this::unblock);
      default -> throw noRoute(request);
    };
  }

  /// Like a field, a parameter that is not understood is refused, never ignored.
  private static void requireKnownParameters(Request request) throws Problem {
    List<String> known =
        switch (request.method() + " " + request.path()) {
          case LOG -> List.of("from", "waitMillis");
          case SNAPSHOT -> List.of("timeoutMillis");
          default -> List.of();
        };
    if (!known.containsAll(request.query().keySet())) {
      throw Problem.invalid("unknown parameter; this route understands " + known);
    }
  }

  @Override
  public Response refusal(Refusal refusal) {
    Problem problem =
        switch (refusal) {
          case MALFORMED -> Problem.invalid("this is not a request of HTTP/1.1");
          case ENCODED ->
              Problem.invalid("the only transfer encoding that is understood is 'chunked'");
          case TOO_LARGE -> Problem.tooLarge();
          case BUSY ->
              new Problem(
                  Problem.Code.UNAVAILABLE,
                  "too many large requests are being received",
                  "not applied; try it again");
        };
    return JsonText.problem(problem);
  }

  private static Problem noRoute(Request request) {
    return new Problem(
        Problem.Code.NOT_FOUND,
        "there is no " + request.method() + " " + request.path(),
        "docs/http.md lists the routes");
  }

  private static Route waiting(Waiting route) {
    return (request, done) -> startWaiting(route, request, done);
  }

  private static void startWaiting(Waiting route, Request request, Consumer<Response> done) {
    Thread.ofVirtual()
        .name(request.path())
        .start(
            () -> {
              try {
                done.accept(route.answer(request));
              } catch (Problem problem) {
                done.accept(JsonText.problem(problem));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                done.accept(JsonText.problem(failed(e)));
              }
            });
  }

  private static Problem failed(RuntimeException e) {
    return new Problem(
        Problem.Code.FAILED, "the node could not answer: " + e, "its standard error says more");
  }

  private void status(Request request, Consumer<Response> done) {
    done.accept(Response.json(200, JsonText.status(served.status())));
  }

  private void submit(Request request, Consumer<Response> done) throws Problem {
    JsonRequest json =
        JsonRequest.parse(
            request.body(),
            List.of(
                "command", "commandBase64", "requestId", "since", "settledBelow", "timeoutMillis"));
    SessionCommand command = command(json);
    served
        .node()
        .submit(command, json.timeout(), outcome -> done.accept(response(outcome, command.id())));
  }

  private SessionCommand command(JsonRequest json) throws Problem {
    RequestId given = json.requestId();
    byte[] command = json.command();
    Long since = json.number("since", 0);
    Long settledBelow = json.number("settledBelow", 1);
    if (given == null) {
      requireNamed(since == null && settledBelow == null);
      return served.firstTry(new RequestId(ThreadLocalRandom.current().nextLong(), 1), command);
    }
    if (since == null) {
      requireNamed(settledBelow == null);
      return served.firstTry(given, command);
    }
    long settled = settledBelow == null ? 1 : settledBelow;
    return new SessionCommand.Once(new Stamp(given, since, settled, 0), command);
  }

  private static void requireNamed(boolean named) throws Problem {
    if (!named) {
      throw Problem.invalid("'since' needs a 'requestId', and 'settledBelow' needs both");
    }
  }

  private void outcome(Request request, Consumer<Response> done) throws Problem {
    JsonRequest json =
        JsonRequest.parse(request.body(), List.of("requestId", "since", "cancel", "timeoutMillis"));
    RequestId id = json.requestId();
    if (id == null) {
      throw Problem.invalid("'requestId' is missing");
    }
    Long given = json.number("since", 0);
    long since = given == null ? 0 : given;
    Consumer<Outcome> answer = outcome -> done.accept(fate(outcome, id));
    if (json.flag("cancel")) {
      served.node().submit(new SessionCommand.Cancel(id, since), json.timeout(), answer);
    } else {
      served.node().ask(id, since, json.timeout(), answer);
    }
  }

  private Response fate(Outcome outcome, RequestId id) {
    return outcome instanceof Outcome.Known known
        ? Response.json(200, JsonText.fate(known, id))
        : JsonText.problem(served.problem(outcome).about(id));
  }

  private void read(Request request, Consumer<Response> done) throws Problem {
    JsonRequest json =
        JsonRequest.parse(
            request.body(), List.of("command", "commandBase64", "consistency", "timeoutMillis"));
    Consistency consistency = json.consistency();
    served.checkReadable();
    served
        .node()
        .read(
            json.command(),
            consistency,
            json.timeout(),
            outcome ->
                done.accept(
                    consistency == Consistency.STALE && outcome instanceof Outcome.Done stale
                        ? Response.json(200, JsonText.stale(stale, served.node().status()))
                        : response(outcome, null)));
  }

  private void transfer(Request request, Consumer<Response> done) throws Problem {
    JsonRequest json = JsonRequest.parse(request.body(), List.of("target", "timeoutMillis"));
    served
        .node()
        .transfer(
            json.node("target"),
            json.timeout(),
            outcome ->
                done.accept(
                    outcome instanceof Outcome.Done handed
                        ? Response.json(200, JsonText.transferred(handed))
                        : response(outcome, null)));
  }

  private void members(Request request, Consumer<Response> done) {
    done.accept(Response.json(200, JsonText.members(served)));
  }

  private void changeMembers(Request request, Consumer<Response> done) throws Problem {
    JsonRequest json =
        JsonRequest.parse(
            request.body(), List.of("add", "promote", "remove", "vote", "timeoutMillis"));
    MemberWish wish =
        MemberWish.of(
            json.pairs("add"), json.words("promote"), json.words("remove"), json.flag("vote"));
    served.change(
        wish,
        json.timeout(),
        outcome ->
            done.accept(
                outcome instanceof Outcome.Done
                    ? Response.json(200, JsonText.members(served))
                    : JsonText.problem(served.problemOfWish(outcome))));
  }

  /// Everything committed by now, streamed while the node goes on.
  private void snapshot(Request request, Consumer<Response> done) throws Problem {
    long millis =
        request.query().containsKey("timeoutMillis")
            ? number(request, "timeoutMillis", 1, Limits.TIMEOUT_MAX.toMillis())
            : Limits.TIMEOUT_DEFAULT.toMillis();
    served.checkSavable();
    served
        .node()
        .state(
            Duration.ofMillis(millis),
            state ->
                done.accept(Response.streamed("application/octet-stream", to -> write(state, to))),
            outcome -> done.accept(response(outcome, null)));
  }

  private void write(AppliedState state, OutputStream target) throws IOException {
    SnapshotHeader header =
        new SnapshotHeader(state.last(), served.cluster(), state.configuration());
    SnapshotWriter writer = new SnapshotWriter(target, header);
    state.write(writer);
    writer.finish();
  }

  private Response response(Outcome outcome, @Nullable RequestId id) {
    if (outcome instanceof Outcome.Done done) {
      return Response.json(200, JsonText.done(done, id));
    }
    Problem problem = served.problem(outcome);
    return JsonText.problem(id == null ? problem : problem.about(id));
  }

  private Response cluster(Request request) {
    return Response.json(200, JsonText.cluster(ClusterView.ask(served, peers)));
  }

  private Response log(Request request) throws Problem, InterruptedException {
    long from = number(request, "from", 1, Long.MAX_VALUE);
    long waitMillis = number(request, "waitMillis", 0, Limits.LOG_WAIT_MAX.toMillis());
    long deadline = System.nanoTime() + waitMillis * 1_000_000;
    while (served.node().status().commitIndex() < from && System.nanoTime() < deadline) {
      Thread.sleep(LOG_POLL_MILLIS);
    }
    long first = served.node().status().firstIndex();
    if (from < first) {
      throw new Problem(
          Problem.Code.NOT_FOUND,
          "the log of node %s begins with entry %d; those before are in a snapshot"
              .formatted(served.id(), first),
          "ask from " + first + " on");
    }
    StringBuilder lines = new StringBuilder();
    for (Entry entry : committed(from)) {
      lines.append(JsonText.entry(entry)).append('\n');
    }
    return new Response(
        200, "application/x-ndjson", lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private List<Entry> committed(long from) throws Problem {
    try {
      return served.node().committed(from);
    } catch (DamagedEntryException e) {
      throw new Problem(
          Problem.Code.UNAVAILABLE,
          "the disk of node %s has lost entry %d".formatted(served.id(), e.entry().index()),
          "ask another node, or again when a peer has given it back");
    }
  }

  /// A parameter of the query; `min` where it is missing.
  private static long number(Request request, String name, long min, long max) throws Problem {
    String text = request.query().getOrDefault(name, String.valueOf(min));
    if (text.matches("[0-9]{1,18}") && Long.parseLong(text) >= min && Long.parseLong(text) <= max) {
      return Long.parseLong(text);
    }
    throw Problem.invalid("'" + name + "' must be a whole number from " + min + " to " + max);
  }

  private Response block(Request request) throws Problem {
    return change(request, true);
  }

  private Response unblock(Request request) throws Problem {
    return change(request, false);
  }

  /// Applies a change of the faults at the node that it is meant for: the one named, or the sending
  /// end of the link, or this one.
  private Response change(Request request, boolean cut) throws Problem {
    JsonRequest json = JsonRequest.parse(request.body(), List.of("node", "from", "to"));
    Link link = link(json);
    NodeId named = json.node("node");
    NodeId target = link != null ? link.from() : named != null ? named : served.id();
    FaultsReply reply;
    if (target.equals(served.id())) {
      changeHere(link, cut);
      reply = served.faultsReply();
    } else {
      reply = cut ? peers.block(target, link) : peers.unblock(target, link);
    }
    return Response.json(200, JsonText.faults(reply));
  }

  private static @Nullable Link link(JsonRequest json) throws Problem {
    String from = json.string("from");
    String to = json.string("to");
    if (from == null && to == null) {
      return null;
    }
    if (from == null || to == null || json.string("node") != null) {
      throw Problem.invalid("give either 'node', or 'from' and 'to'");
    }
    try {
      return new Link(new NodeId(from), new NodeId(to));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()));
    }
  }

  private void changeHere(@Nullable Link link, boolean cut) throws Problem {
    FaultControl faults = served.faults();
    if (link == null && cut) {
      faults.block();
    } else if (link == null) {
      faults.unblock();
    } else if (cut) {
      faults.block(link);
    } else {
      faults.unblock(link);
    }
  }
}
