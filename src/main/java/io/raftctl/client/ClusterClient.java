package io.raftctl.client;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.Outcome.Done;
import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.Problem.Code;
import io.raftctl.client.Rounds.Attempt;
import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cluster as one thing to talk to: finds the leader, follows it, and tries again.
///
/// A command is sent again, under the same request id, until its outcome is known or the time is
/// over; the cluster applies it once and gives each try the first reply. It ends as
/// [Outcome.NotApplied] only where no try can have been accepted, or where the cluster says that it
/// never will be; in doubt it is [Outcome.Indeterminate]. Every call ends within the timeout. Any
/// thread may call.
public final class ClusterClient {
  /// The endpoints get this long to say whether one of them is the node that is looked for.
  private static final Duration LOCATE_MAX = Duration.ofMillis(300);

  /// A session that has expired is renewed at most so often for one command. A new one that has
  /// expired as well is no accident, and to go on would only end in the middle of a try.
  private static final int RENEWALS_MAX = 3;

  private final Endpoints endpoints;
  private final Duration timeout;
  private volatile Session session;

  public ClusterClient(Endpoints endpoints, Duration timeout, Session session) {
    this.endpoints = endpoints;
    this.timeout = timeout;
    this.session = session;
  }

  /// Submits a command and waits until it is committed and applied.
  public Outcome submit(String command) {
    Rounds rounds = new Rounds(endpoints, Deadline.after(timeout));
    for (int renewals = 0; ; renewals++) {
      Session mine = session;
      RequestId id = mine.next();
      Rounds.Ending<Done> ending = submit(id, mine, command, rounds);
      boolean renew = ending.last() instanceof Attempt.Expired<Done> && ending.doubt() == null;
      if (!renew || renewals == RENEWALS_MAX || rounds.isOver()) {
        return conclude(id, mine, ending);
      }
      mine.settle(id);
      session = new Session(); // Nothing of the expired one can be applied, so a new one is safe.
    }
  }

  private static Rounds.Ending<Done> submit(
      RequestId id, Session session, String command, Rounds rounds) {
    return rounds.run(
        (node, commitIndex, deadline) -> {
          session.learn(commitIndex);
          return node.submit(id, session, command, deadline);
        });
  }

  private Outcome conclude(RequestId id, Session mine, Rounds.Ending<Done> ending) {
    String doubt = ending.doubt();
    Outcome outcome =
        switch (ending.last()) {
          case Attempt.Settled<Done>(Done done) -> done;
          case Attempt.Refused<Done>(Problem problem) when isFinal(problem, doubt) ->
              new Outcome.NotApplied(id, problem);
          case Attempt.TryAgain<Done>(String reason, var _) when doubt == null ->
              new Outcome.NotApplied(id, noLeader(reason));
          case Attempt.Expired<Done>(String reason) when doubt == null ->
              new Outcome.NotApplied(id, noLeader(reason));
          case Attempt.InDoubt<Done>(String reason) -> inDoubt(id, mine, reason);
          case Attempt.Refused<Done> _, Attempt.TryAgain<Done> _, Attempt.Expired<Done> _ ->
              inDoubt(id, mine, String.valueOf(doubt));
        };
    if (!(outcome instanceof Outcome.Indeterminate)) {
      mine.settle(id);
    }
    return outcome;
  }

  /// What was cancelled is never applied, whatever the tries before came to.
  private static boolean isFinal(Problem problem, @Nullable String doubt) {
    return doubt == null || problem.code() == Code.CANCELLED;
  }

  private static Outcome inDoubt(RequestId id, Session mine, String reason) {
    return new Outcome.Indeterminate(id, mine.since(), reason);
  }

  /// Reads linearizably.
  public Outcome read(String command) {
    return read(command, "linearizable");
  }

  /// As [#read(String)], but with a lease where `consistency` says so.
  ///
  /// @param consistency `linearizable` or `lease`
  public Outcome read(String command, String consistency) {
    RequestId id = new RequestId(session.id(), session.settledBelow()); // Names nothing in the log.
    Rounds.Ending<Done> ending =
        new Rounds(endpoints, Deadline.after(timeout))
            .run((node, _, deadline) -> node.read(id, command, consistency, deadline));
    return ending.last() instanceof Attempt.Settled<Done>(Done done)
        ? done
        : new Outcome.NotApplied(id, notDone(ending.last()));
  }

  /// Reads what the first node has that answers, however old it is.
  public Answer<StaleReply> readStale(String command) {
    Deadline deadline = Deadline.after(timeout);
    return switch (anyNode(deadline)) {
      case Answer.Missing<Endpoint>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<Endpoint>(Endpoint node) ->
          new HttpNodeClient(node).readStale(command, deadline);
    };
  }

  /// Has the leader hand over, and waits until somebody leads a later term.
  ///
  /// @param target the id of who is to lead, or null for anybody
  /// @return who leads now, which may in the end be somebody else than the target
  public Answer<ClusterView> transfer(@Nullable String target) {
    Deadline deadline = Deadline.after(timeout);
    long before =
        status(deadline) instanceof Answer.Given<ClusterView>(ClusterView view) ? view.term() : 0;
    Rounds rounds = new Rounds(endpoints, deadline);
    Rounds.Ending<String> ending = rounds.run((node, _, left) -> node.transfer(target, left));
    if (!(ending.last() instanceof Attempt.Settled<String>)) {
      return new Answer.Missing<>(notDone(ending.last()));
    }
    String still = null;
    while (!rounds.isOver()) {
      if (status(deadline) instanceof Answer.Given<ClusterView>(ClusterView view)) {
        still = view.leader();
        if (still != null && (view.term() > before || still.equals(target))) {
          return new Answer.Given<>(view);
        }
      }
      rounds.pause();
    }
    return new Answer.Missing<>(
        Problem.unavailable(
            still == null
                ? "the leadership was handed over, and nobody is seen to lead yet"
                : "nobody took over within %s, and node %s still leads".formatted(time(), still),
            "look with 'raftctl status'"));
  }

  /// Who belongs to the cluster, as its leader knows.
  public Answer<Members> members() {
    return settled((node, _, deadline) -> node.members(deadline));
  }

  /// Changes the members, and waits until that is committed. A change that has to wait, for another
  /// one or for a learner to catch up, is tried again until the time is over. Where some try may
  /// have been accepted, and none was answered, it is [Problem.Code#INDETERMINATE].
  public Answer<Members> changeMembers(Members.Wish wish) {
    Rounds.Ending<Members> ending =
        new Rounds(endpoints, Deadline.after(timeout))
            .run((node, _, deadline) -> node.changeMembers(wish, deadline));
    return ending.last() instanceof Attempt.Settled<Members>(Members members)
        ? new Answer.Given<>(members)
        : new Answer.Missing<>(
            ending.doubt() == null || ending.last() instanceof Attempt.Refused<Members>
                ? notDone(ending.last())
                : new Problem(
                    Code.INDETERMINATE,
                    "whether the members change is unknown: " + ending.doubt(),
                    "look with 'raftctl member ls', or run it again: to wish twice does no harm"));
  }

  private <T> Answer<T> settled(Rounds.Call<T> call) {
    Rounds.Ending<T> ending = new Rounds(endpoints, Deadline.after(timeout)).run(call);
    return ending.last() instanceof Attempt.Settled<T>(T value)
        ? new Answer.Given<>(value)
        : new Answer.Missing<>(notDone(ending.last()));
  }

  /// Tells what became of a request, linearizably.
  ///
  /// @param since as it stands in [Outcome.Indeterminate], or 0 where nobody knows it: the answer
  ///   may be [Fate.Forgotten] then, although the request never was in a log
  /// @param cancel whether to make sure that it is not applied from now on, if it was not before
  public Answer<Fate> outcome(RequestId id, long since, boolean cancel) {
    Rounds.Ending<Fate> ending =
        new Rounds(endpoints, Deadline.after(timeout))
            .run((node, _, deadline) -> node.outcome(id, since, cancel, deadline));
    String doubt = ending.doubt();
    if (ending.last() instanceof Attempt.Settled<Fate>(Fate fate)) {
      return new Answer.Given<>(fate);
    }
    if (doubt != null) {
      return new Answer.Missing<>(
          new Problem(
              Code.INDETERMINATE,
              "whether the request is cancelled now is unknown: " + doubt,
              "run it again: to cancel twice does no harm"));
    }
    return new Answer.Missing<>(notDone(ending.last()));
  }

  /// Why what changes nothing in doubt was not done.
  private Problem notDone(Attempt<?> last) {
    return switch (last) {
      case Attempt.Refused<?>(Problem problem) -> problem;
      case Attempt.TryAgain<?>(String reason, var _) -> noLeader(reason);
      case Attempt.InDoubt<?>(String reason) -> noLeader(reason);
      case Attempt.Expired<?>(String reason) -> noLeader(reason);
      case Attempt.Settled<?> done -> throw new AssertionError("nothing is wrong with " + done);
    };
  }

  private Problem noLeader(String reason) {
    if (Thread.currentThread().isInterrupted()) {
      return Problem.unavailable("interrupted: " + reason, "");
    }
    return endpoints.helped(
        Problem.unavailable("no leader took it within " + time() + ": " + reason, ""));
  }

  private String time() {
    long millis = timeout.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  /// A snapshot of everything that is committed by now, from the leader. Close it.
  public Answer<SnapshotStream> snapshot() {
    return settled((node, _, deadline) -> node.snapshot(deadline));
  }

  /// The cluster as the first node sees it whose view has the last word, or else the best view.
  public Answer<ClusterView> status() {
    return status(Deadline.after(timeout));
  }

  private Answer<ClusterView> status(Deadline deadline) {
    return new Survey(endpoints, deadline).view();
  }

  /// A node that was found and has answered.
  ///
  /// @param endpoint where it is reached from here
  /// @param view what it says of itself
  public record Reached(Endpoint endpoint, NodeView view) {}

  /// Any node that answers.
  public Answer<Reached> reachAny() {
    Deadline deadline = Deadline.after(timeout);
    return reach(anyNode(deadline), deadline);
  }

  /// @param selector an id, `leader` or `follower`
  public Answer<Reached> reach(String selector) {
    Deadline deadline = Deadline.after(timeout);
    Answer<Endpoint> found =
        switch (select(selector, deadline)) {
          case Answer.Missing<NodeView>(Problem problem) -> new Answer.Missing<>(problem);
          case Answer.Given<NodeView>(NodeView node) ->
              itself(node.id(), deadline) instanceof Answer.Given<Endpoint> given
                  ? given
                  : node.endpoint();
        };
    return reach(found, deadline);
  }

  public Answer<Reached> reach(Endpoint endpoint) {
    return reach(endpoint, Deadline.after(timeout));
  }

  private Answer<Reached> reach(Answer<Endpoint> found, Deadline deadline) {
    return switch (found) {
      case Answer.Missing<Endpoint>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<Endpoint>(Endpoint endpoint) ->
          switch (reach(endpoint, deadline)) {
            case Answer.Missing<Reached>(Problem problem) ->
                new Answer.Missing<>(endpoints.helped(problem));
            case Answer.Given<Reached> given -> given;
          };
    };
  }

  private static Answer<Reached> reach(Endpoint endpoint, Deadline deadline) {
    return switch (new HttpNodeClient(endpoint).status(deadline)) {
      case Answer.Missing<NodeView>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<NodeView>(NodeView view) -> new Answer.Given<>(new Reached(endpoint, view));
    };
  }

  private Answer<Endpoint> anyNode(Deadline deadline) {
    return new Survey(endpoints, deadline).find(_ -> true);
  }

  /// The endpoint that says it is this node. Where to reach a node from here is best known by that;
  /// the address that the cluster knows comes next.
  private Answer<Endpoint> itself(String node, Deadline deadline) {
    return new Survey(endpoints, deadline.atMost(LOCATE_MAX)).find(view -> view.id().equals(node));
  }

  private Answer<Endpoint> locate(String node, Deadline deadline) {
    if (itself(node, deadline) instanceof Answer.Given<Endpoint> given) {
      return given;
    }
    return switch (select(node, deadline)) {
      case Answer.Missing<NodeView>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<NodeView>(NodeView view) -> view.endpoint();
    };
  }

  private Answer<NodeView> select(String selector, Deadline deadline) {
    if (selector.equals(NodeSelector.ALL)) {
      return new Answer.Missing<>(
          new Problem(
              Code.INVALID,
              "one node is meant, and 'all' names several",
              "name one by its id, or as leader or follower"));
    }
    return switch (status(deadline)) {
      case Answer.Missing<ClusterView>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<ClusterView>(ClusterView view) ->
          switch (NodeSelector.select(view, List.of(selector))) {
            case Answer.Missing<List<NodeView>>(Problem problem) -> new Answer.Missing<>(problem);
            case Answer.Given<List<NodeView>>(List<NodeView> nodes) ->
                new Answer.Given<>(nodes.getFirst());
          };
    };
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

  /// Goes to the node that is meant, since its peers may not reach it; where it cannot be found or
  /// does not answer from here, to anyone who may pass it on.
  private Answer<Faults> faults(String path, String node, JsonObject request) {
    Deadline deadline = Deadline.after(timeout);
    List<Endpoint> order = new ArrayList<>(endpoints.all());
    Problem doubt = null;
    if (locate(node, deadline) instanceof Answer.Given<Endpoint>(Endpoint direct)) {
      Answer<Faults> answer = new HttpNodeClient(direct).faults(path, request, deadline);
      // A node that says no says what to do next, and will say so again; silence has no hint.
      if (!(answer instanceof Answer.Missing<Faults>(Problem problem)) || isSaid(problem)) {
        return answer;
      }
      doubt = problem.code() == Code.INDETERMINATE ? problem : null;
      order.remove(direct);
      order.add(direct); // Perhaps it was only slow.
    }
    Problem last = Problem.unavailable("nobody answers in time", "");
    for (Endpoint endpoint : order) {
      switch (new HttpNodeClient(endpoint).faults(path, request, deadline)) {
        case Answer.Given<Faults> given -> {
          return given;
        }
        case Answer.Missing<Faults>(Problem problem) -> {
          if (problem.code() == Code.INDETERMINATE) {
            doubt = problem;
          } else if (problem.code() != Code.UNAVAILABLE) {
            return new Answer.Missing<>(problem);
          }
          last = problem;
        }
      }
    }
    return new Answer.Missing<>(
        doubt == null
            ? endpoints.helped(last)
            : new Problem(
                Code.INDETERMINATE,
                "whether node " + node + " has done it is unknown: " + doubt.message(),
                "look with 'raftctl status', or run it again: to say it twice does no harm"));
  }

  /// Whether a node has said no.
  private static boolean isSaid(Problem problem) {
    return switch (problem.code()) {
      case UNAVAILABLE, INDETERMINATE -> !problem.hint().isEmpty();
      case INVALID, NOT_FOUND, TOO_LARGE, DENIED, CANCELLED, FAILED -> true;
    };
  }
}
