package io.raftctl.client;

import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Json;
import io.raftctl.client.wire.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Asks around among the endpoints, by a deadline.
final class Survey {
  /// A node gets this long to answer before another one is asked as well.
  private static final Duration HEDGE = Duration.ofMillis(300);

  private final Endpoints endpoints;
  private final Deadline deadline;

  /// Why each of those who did not help did not.
  private final List<Problem> reasons = new ArrayList<>();

  Survey(Endpoints endpoints, Deadline deadline) {
    this.endpoints = endpoints;
    this.deadline = deadline;
  }

  /// The first view that has the last word, or else the best one.
  ///
  /// One node is asked, as its answer is mostly enough; another one as well whenever an answer is
  /// late or leaves something open.
  Answer<ClusterView> view() {
    ClusterView best = null;
    List<Endpoint> rest = new ArrayList<>(endpoints.all());
    try (Poll poll = new Poll("/v1/cluster", deadline)) {
      poll.ask(rest.removeFirst());
      while (poll.pending() > 0 && !deadline.isOver()) {
        Poll.Reply reply = poll.next(rest.isEmpty() ? deadline.remaining() : HEDGE);
        ClusterView view = reply == null ? null : viewOf(reply);
        if (view != null && view.isConclusive()) {
          return new Answer.Given<>(view);
        }
        best = view != null && (best == null || view.isBetterThan(best)) ? view : best;
        if (!rest.isEmpty()) {
          poll.ask(rest.removeFirst());
        }
      }
    }
    return best == null
        ? new Answer.Missing<>(endpoints.unanswered(reasons))
        : new Answer.Given<>(best);
  }

  /// The first endpoint that says it is a node as it is wanted.
  Answer<Endpoint> find(Predicate<NodeView> wanted) {
    try (Poll poll = new Poll("/v1/status", deadline)) {
      endpoints.all().forEach(poll::ask);
      while (poll.pending() > 0) {
        Poll.Reply reply = poll.next(deadline.remaining());
        if (reply == null) {
          break;
        }
        NodeView node = nodeOf(reply);
        if (node != null && wanted.test(node)) {
          return new Answer.Given<>(reply.endpoint());
        }
      }
    }
    return new Answer.Missing<>(endpoints.unanswered(reasons));
  }

  private @Nullable ClusterView viewOf(Poll.Reply reply) {
    return value(
        HttpNodeClient.answer(
            reply.endpoint(), reply.result(), answer -> ClusterView.of(Json.object(answer))));
  }

  private @Nullable NodeView nodeOf(Poll.Reply reply) {
    return value(
        HttpNodeClient.answer(
            reply.endpoint(),
            reply.result(),
            answer -> HttpNodeClient.nodeOf(Json.object(answer))));
  }

  private <T> @Nullable T value(Answer<T> answer) {
    return switch (answer) {
      case Answer.Given<T>(T value) -> value;
      case Answer.Missing<T>(Problem problem) -> {
        reasons.add(problem);
        yield null;
      }
    };
  }
}
