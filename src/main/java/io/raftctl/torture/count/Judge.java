package io.raftctl.torture.count;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.Session;
import io.raftctl.client.StaleReply;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.NodeProcess;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compares what a counter was told with what the nodes hold. Called in peace: nothing is under way
/// and every node has applied all that is committed.
public final class Judge {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final List<NodeProcess> nodes;
  private final ClusterClient client;
  private Tally tally = Tally.NONE;

  public Judge(List<NodeProcess> nodes, Endpoints endpoints) {
    this.nodes = nodes;
    this.client = new ClusterClient(endpoints, TIMEOUT, new Session());
  }

  /// What became of the commands of all counters that were judged.
  public Tally tally() {
    return tally;
  }

  /// The promise that was not kept towards this counter, if any.
  public Optional<String> judge(Counter counter) throws ClusterException, InterruptedException {
    Verdict verdict = new Verdict(counter.key());
    long acknowledged = 0;
    long refused = 0;
    long doubtful = 0;
    for (Outcome outcome : counter.finish()) {
      switch (outcome) {
        case Outcome.Done done -> {
          acknowledged++;
          verdict.acknowledged(done);
        }
        case Outcome.NotApplied _ -> refused++;
        case Outcome.Indeterminate doubt -> {
          doubtful++;
          settle(doubt).ifPresent(verdict::applied);
        }
      }
    }
    tally = tally.plus(new Tally(acknowledged, refused, doubtful));
    for (NodeProcess node : nodes) {
      String value = held(node, counter.key());
      verdict.held(node.id(), value == null ? 0 : Long.parseLong(value));
    }
    return verdict.broken();
  }

  /// The outcome of a command whose client was left in doubt, if it was applied. If it was not, it
  /// never will be from here on.
  private Optional<Outcome.Done> settle(Outcome.Indeterminate doubt) throws ClusterException {
    return switch (client.outcome(doubt.requestId(), doubt.since(), true)) {
      case Answer.Missing<Fate>(var problem) ->
          throw ClusterException.unavailable(
              "what became of request "
                  + doubt.requestId()
                  + " stays unknown: "
                  + problem.message(),
              problem.hint());
      case Answer.Given<Fate>(Fate fate) ->
          fate instanceof Fate.Applied(Outcome.Done first) ? Optional.of(first) : Optional.empty();
    };
  }

  /// The first of these keys under which two nodes hold different things, if any.
  public Optional<String> differ(List<String> keys) throws ClusterException {
    for (String key : keys) {
      NodeProcess first = nodes.getFirst();
      String value = held(first, key);
      for (NodeProcess node : nodes) {
        String other = held(node, key);
        if (!Objects.equals(value, other)) {
          return Optional.of(
              "node %s holds %s = %s, and node %s %s"
                  .formatted(first.id(), key, value, node.id(), other));
        }
      }
    }
    return Optional.empty();
  }

  /// What the node itself holds under a key, without a word from any other; null where it has
  /// nothing.
  private static @Nullable String held(NodeProcess node, String key) throws ClusterException {
    Endpoints alone = Endpoints.parse(node.address(), "torture");
    ClusterClient client = new ClusterClient(alone, TIMEOUT, new Session());
    return switch (client.readStale("get " + key)) {
      case Answer.Missing<StaleReply>(var problem) ->
          throw ClusterException.unavailable(
              "node " + node.id() + " does not answer: " + problem.message(), problem.hint());
      case Answer.Given<StaleReply>(StaleReply reply) -> reply.ok() ? reply.reply() : null;
    };
  }
}
