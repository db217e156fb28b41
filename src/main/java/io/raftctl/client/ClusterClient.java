package io.raftctl.client;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.Problem.Code;
import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Json;
import io.raftctl.client.wire.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The cluster as one thing to talk to: finds the leader, follows it, and tries again.
///
/// A command is sent again only while no node can have accepted it. As soon as one may have, its
/// outcome is what that node says, or [Outcome.Indeterminate]. Every call ends within the timeout.
/// Any thread may call; nothing is kept between calls.
public final class ClusterClient {
  private static final Duration PAUSE_MIN = Duration.ofMillis(20);
  private static final Duration PAUSE_MAX = Duration.ofMillis(250);

  /// A node gets this long to answer before another one is asked as well.
  private static final Duration HEDGE = Duration.ofMillis(300);

  private final Endpoints endpoints;
  private final Duration timeout;
  private final Session session;

  public ClusterClient(Endpoints endpoints, Duration timeout, Session session) {
    this.endpoints = endpoints;
    this.timeout = timeout;
    this.session = session;
  }

  /// Submits a command and waits until it is committed and applied.
  public Outcome submit(String command) {
    return settle(
        session.next(),
        Deadline.after(timeout),
        (node, id, deadline) -> node.submit(id, command, deadline));
  }

  /// Reads linearizably; a node that hangs gets half of what is left, so that another can answer.
  public Outcome read(String command) {
    return settle(
        session.next(),
        Deadline.after(timeout),
        (node, id, deadline) ->
            node.read(id, command, deadline.atMost(deadline.remaining().dividedBy(2))));
  }

  private interface Call {
    Attempt to(HttpNodeClient node, RequestId id, Deadline deadline);
  }

  private Outcome settle(RequestId id, Deadline deadline, Call call) {
    Duration pause = PAUSE_MIN;
    Endpoint hint = null;
    String reason = "";
    do {
      LeaderSearch.Found found =
          hint == null
              ? LeaderSearch.search(endpoints, deadline)
              : new LeaderSearch.Found(hint, reason);
      reason = found.reason().isEmpty() ? reason : found.reason();
      boolean hinted = hint != null;
      hint = null;
      if (found.endpoint() != null) {
        switch (call.to(new HttpNodeClient(found.endpoint()), id, deadline)) {
          case Attempt.Settled settled -> {
            return settled.outcome();
          }
          case Attempt.TryAgain again -> {
            reason = again.reason();
            // Two nodes may each believe that the other one leads; so one hint in a row.
            hint = hinted ? null : again.leader();
          }
        }
      }
      if (hint == null) {
        pause = pause(pause, deadline);
      }
    } while (!deadline.isOver() && !Thread.currentThread().isInterrupted());
    return new Outcome.NotApplied(id, noLeader(reason));
  }

  /// Waits, and says how long to wait the next time.
  private static Duration pause(Duration pause, Deadline deadline) {
    try {
      Thread.sleep(deadline.atMost(pause).remaining());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Duration next = pause.multipliedBy(2);
    return next.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : next;
  }

  private Problem noLeader(String reason) {
    String seconds =
        timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + "s" : timeout.toMillis() + "ms";
    return Problem.unavailable("no leader took it within " + seconds + ": " + reason, hint());
  }

  private String hint() {
    return switch (endpoints.source()) {
      case "default" -> "start a node with 'raftctl node', or name one with -e HOST:PORT";
      default -> "look with 'raftctl status'; the endpoints come from " + endpoints.source();
    };
  }

  /// The cluster as the first node sees it whose view has the last word, or else the best view.
  public Answer<ClusterView> status() {
    Deadline deadline = Deadline.after(timeout);
    ClusterView best = null;
    Problem last = noAnswer("nobody answers in time");
    List<Endpoint> rest = new ArrayList<>(endpoints.all());
    try (Poll poll = new Poll("/v1/cluster", deadline)) {
      poll.ask(rest.removeFirst());
      while (poll.pending() > 0 && !deadline.isOver()) {
        Poll.Reply reply = poll.next(rest.isEmpty() ? timeout : HEDGE);
        if (reply != null) {
          switch (HttpNodeClient.answer(
              reply.endpoint(), reply.result(), bytes -> ClusterView.of(Json.object(bytes)))) {
            case Answer.Given<ClusterView>(ClusterView view) -> {
              if (view.isConclusive()) {
                return new Answer.Given<>(view);
              }
              best = best == null || view.isBetterThan(best) ? view : best;
            }
            case Answer.Missing<ClusterView>(Problem problem) -> last = problem;
          }
        }
        if (!rest.isEmpty()) {
          poll.ask(rest.removeFirst());
        }
      }
    }
    return best == null ? new Answer.Missing<>(helped(last)) : new Answer.Given<>(best);
  }

  /// Where to reach a node from here: at the endpoint that says it is this node, or else at the
  /// address that the cluster knows.
  public Answer<Endpoint> locate(String node) {
    try (Poll poll = new Poll("/v1/status", Deadline.after(timeout).atMost(HEDGE))) {
      endpoints.all().forEach(poll::ask);
      for (Poll.Reply reply = poll.next(HEDGE);
          reply != null;
          reply = poll.pending() == 0 ? null : poll.next(HEDGE)) {
        Answer<NodeView> answer =
            HttpNodeClient.answer(
                reply.endpoint(),
                reply.result(),
                bytes -> HttpNodeClient.nodeOf(Json.object(bytes)));
        if (answer instanceof Answer.Given<NodeView>(NodeView view) && view.id().equals(node)) {
          return new Answer.Given<>(reply.endpoint());
        }
      }
    }
    return switch (status()) {
      case Answer.Missing<ClusterView>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<ClusterView>(ClusterView view) -> address(view, node);
    };
  }

  private static Answer<Endpoint> address(ClusterView view, String node) {
    return switch (NodeSelector.select(view, List.of(node))) {
      case Answer.Missing<List<NodeView>>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<List<NodeView>>(List<NodeView> nodes) -> {
        String address = nodes.getFirst().address();
        yield address == null
            ? new Answer.Missing<>(
                Problem.unavailable("the address of node " + node + " is not known", ""))
            : new Answer.Given<>(Endpoint.parse(address));
      }
    };
  }

  /// Any node that answers, and what it says of itself.
  public Answer<Endpoint> anyNode() {
    Deadline deadline = Deadline.after(timeout);
    Problem last = noAnswer("nobody answers in time");
    try (Poll poll = new Poll("/v1/status", deadline)) {
      endpoints.all().forEach(poll::ask);
      while (poll.pending() > 0) {
        Poll.Reply reply = poll.next(timeout);
        if (reply == null) {
          break;
        }
        switch (HttpNodeClient.answer(
            reply.endpoint(), reply.result(), bytes -> HttpNodeClient.nodeOf(Json.object(bytes)))) {
          case Answer.Given<NodeView> _ -> {
            return new Answer.Given<>(reply.endpoint());
          }
          case Answer.Missing<NodeView>(Problem problem) -> last = problem;
        }
      }
    }
    return new Answer.Missing<>(helped(last));
  }

  /// What a node says of itself.
  public Answer<NodeView> node(Endpoint endpoint) {
    return new HttpNodeClient(endpoint).status(Deadline.after(timeout));
  }

  /// Committed entries from `from` on, as many as the node gives at once; none where nothing is
  /// committed there within `wait`.
  public Answer<List<LogEntry>> log(Endpoint node, long from, Duration wait) {
    return new HttpNodeClient(node).log(from, wait, Deadline.after(timeout.plus(wait)));
  }

  /// Cuts every link of a node.
  public Answer<Faults> block(String node) {
    return faults("/v1/block", node, JsonObject.builder().value("node", node).done());
  }

  /// Heals every link of a node.
  public Answer<Faults> unblock(String node) {
    return faults("/v1/unblock", node, JsonObject.builder().value("node", node).done());
  }

  /// Cuts the way from one node to another.
  public Answer<Faults> blockLink(String from, String to) {
    return faults(
        "/v1/block", from, JsonObject.builder().value("from", from).value("to", to).done());
  }

  /// Heals the way from one node to another.
  public Answer<Faults> unblockLink(String from, String to) {
    return faults(
        "/v1/unblock", from, JsonObject.builder().value("from", from).value("to", to).done());
  }

  /// Goes to the node that is meant, since its peers may not reach it; where it cannot be found
  /// from here, to anyone who may pass it on.
  private Answer<Faults> faults(String path, String node, JsonObject request) {
    List<Endpoint> order = new ArrayList<>();
    if (locate(node) instanceof Answer.Given<Endpoint>(Endpoint direct)) {
      order.add(direct);
    }
    order.addAll(endpoints.all());
    Deadline deadline = Deadline.after(timeout);
    Problem last = noAnswer("nobody answers in time");
    for (Endpoint endpoint : order) {
      switch (new HttpNodeClient(endpoint).faults(path, request, deadline)) {
        case Answer.Given<Faults> given -> {
          return given;
        }
        case Answer.Missing<Faults>(Problem problem) -> {
          if (problem.code() != Code.UNAVAILABLE) {
            return new Answer.Missing<>(problem);
          }
          last = problem;
        }
      }
    }
    return new Answer.Missing<>(helped(last));
  }

  private Problem noAnswer(String message) {
    return Problem.unavailable(message, hint());
  }

  private Problem helped(Problem problem) {
    return problem.hint().isEmpty()
        ? new Problem(problem.code(), problem.message(), hint())
        : problem;
  }
}
