package io.raftctl.client;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.Problem.Code;
import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cluster as one thing to talk to: finds the leader, follows it, and tries again.
///
/// A command is sent again only while no node can have accepted it. As soon as one may have, its
/// outcome is what that node says, or [Outcome.Indeterminate]. Every call ends within the timeout.
/// Any thread may call; nothing is kept between calls.
public final class ClusterClient {
  private static final Duration PAUSE_MIN = Duration.ofMillis(20);
  private static final Duration PAUSE_MAX = Duration.ofMillis(250);

  /// The endpoints get this long to say whether one of them is the node that is looked for.
  private static final Duration LOCATE_MAX = Duration.ofMillis(300);

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
    return settle((node, id, deadline) -> node.submit(id, command, deadline));
  }

  /// Reads linearizably; a node that hangs gets half of what is left, so that another can answer.
  public Outcome read(String command) {
    return read(command, "linearizable");
  }

  /// As [#read(String)], but with a lease where `consistency` says so.
  ///
  /// @param consistency `linearizable` or `lease`
  public Outcome read(String command, String consistency) {
    return settle(
        (node, id, deadline) ->
            node.read(
                id, command, consistency, deadline.atMost(deadline.remaining().dividedBy(2))));
  }

  /// Reads what the first node has that answers, however old it is.
  public Answer<StaleReply> readStale(String command) {
    return switch (anyNode()) {
      case Answer.Missing<Endpoint>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<Endpoint>(Endpoint node) ->
          new HttpNodeClient(node).readStale(command, Deadline.after(timeout));
    };
  }

  /// Has the leader hand over, and waits until somebody leads a later term.
  ///
  /// @param target the id of who is to lead, or null for anybody
  /// @return who leads now, which may in the end be somebody else than the target
  public Answer<ClusterView> transfer(@Nullable String target) {
    Deadline deadline = Deadline.after(timeout);
    long before = status() instanceof Answer.Given<ClusterView>(ClusterView view) ? view.term() : 0;
    Outcome outcome = settle((node, id, left) -> node.transfer(id, target, left));
    if (outcome instanceof Outcome.NotApplied(RequestId _, Problem problem)) {
      return new Answer.Missing<>(problem);
    }
    Duration pause = PAUSE_MIN;
    while (!deadline.isOver() && !Thread.currentThread().isInterrupted()) {
      if (status() instanceof Answer.Given<ClusterView>(ClusterView view)
          && view.leader() != null
          && (view.term() > before || view.leader().equals(target))) {
        return new Answer.Given<>(view);
      }
      pause(deadline.atMost(pause).remaining());
    }
    return new Answer.Missing<>(
        Problem.unavailable(
            "the leadership was handed over, and nobody is seen to lead yet",
            "look with 'raftctl status'"));
  }

  private interface Call {
    Attempt to(HttpNodeClient node, RequestId id, Deadline deadline);
  }

  private Outcome settle(Call call) {
    RequestId id = session.next();
    Deadline deadline = Deadline.after(timeout);
    Duration pause = PAUSE_MIN;
    boolean hinted = false;
    LeaderSearch.Found found = LeaderSearch.search(endpoints, deadline);
    while (true) {
      switch (attempt(call, found, id, deadline)) {
        case Attempt.Settled(Outcome outcome) -> {
          return outcome;
        }
        case Attempt.TryAgain(String reason, Endpoint leader) -> {
          // Two nodes may each believe that the other one leads; so never two hints in a row.
          hinted = leader != null && !hinted;
          if (!hinted) {
            pause(deadline.atMost(pause).remaining());
            pause = pause.compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : pause;
          }
          if (Thread.currentThread().isInterrupted()) {
            return new Outcome.NotApplied(id, Problem.unavailable("interrupted: " + reason, ""));
          }
          if (deadline.isOver()) {
            return new Outcome.NotApplied(id, noLeader(reason));
          }
          found =
              hinted
                  ? new LeaderSearch.Found(leader, reason)
                  : LeaderSearch.search(endpoints, deadline);
        }
      }
    }
  }

  private static Attempt attempt(
      Call call, LeaderSearch.Found found, RequestId id, Deadline deadline) {
    Endpoint endpoint = found.endpoint();
    return endpoint == null
        ? new Attempt.TryAgain(found.reason(), null)
        : call.to(new HttpNodeClient(endpoint), id, deadline);
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Problem noLeader(String reason) {
    long millis = timeout.toMillis();
    String time = millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    return endpoints.helped(
        Problem.unavailable("no leader took it within " + time + ": " + reason, ""));
  }

  /// The cluster as the first node sees it whose view has the last word, or else the best view.
  public Answer<ClusterView> status() {
    return new Survey(endpoints, Deadline.after(timeout)).view();
  }

  /// Where to reach a node from here: at the endpoint that says it is this node, or else at the
  /// address that the cluster knows.
  public Answer<Endpoint> locate(String node) {
    Deadline quick = Deadline.after(timeout).atMost(LOCATE_MAX);
    Answer<Endpoint> found = new Survey(endpoints, quick).find(view -> view.id().equals(node));
    return switch (found) {
      case Answer.Given<Endpoint> given -> given;
      case Answer.Missing<Endpoint> _ -> addressOf(node);
    };
  }

  private Answer<Endpoint> addressOf(String node) {
    return switch (status()) {
      case Answer.Missing<ClusterView>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<ClusterView>(ClusterView view) ->
          switch (NodeSelector.select(view, List.of(node))) {
            case Answer.Missing<List<NodeView>>(Problem problem) -> new Answer.Missing<>(problem);
            case Answer.Given<List<NodeView>>(List<NodeView> nodes) -> nodes.getFirst().endpoint();
          };
    };
  }

  /// Any node that answers.
  public Answer<Endpoint> anyNode() {
    return new Survey(endpoints, Deadline.after(timeout)).find(_ -> true);
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
    Problem last = Problem.unavailable("nobody answers in time", "");
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
    return new Answer.Missing<>(endpoints.helped(last));
  }
}
