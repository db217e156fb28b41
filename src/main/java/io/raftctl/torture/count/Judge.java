package io.raftctl.torture.count;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.Session;
import io.raftctl.client.StaleReply;
import io.raftctl.cluster.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Compares what a counter was told with what the nodes hold. Called in peace: nothing is under way
/// and every node has applied all that is committed.
public final class Judge {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SortedMap<String, String> nodes;
  private final ClusterClient client;
  private final List<Verdict> verdicts = new ArrayList<>();
  private Tally tally = Tally.NONE;

  /// @param nodes where each is reached, by its id
  public Judge(SortedMap<String, String> nodes, Endpoints endpoints) {
    this.nodes = nodes;
    this.client = new ClusterClient(endpoints, TIMEOUT, new Session());
  }

  /// What became of the commands of all counters that were judged.
  public Tally tally() {
    return tally;
  }

  /// Finds out what became of all that the counter has submitted. From here on nothing of it is
  /// applied that was not before, so once the nodes agree again they can be asked.
  public void settle(Counter counter) throws ClusterException, InterruptedException {
    Verdict verdict = new Verdict(counter.key());
    verdicts.add(verdict);
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
  }

  /// The promise that was not kept towards some counter, if any.
  public Optional<String> broken() throws ClusterException {
    for (Verdict verdict : verdicts) {
      for (String node : nodes.keySet()) {
        String value = held(node, verdict.key());
        verdict.held(node, value == null ? 0 : Long.parseLong(value));
      }
      if (verdict.broken().isPresent()) {
        return verdict.broken();
      }
    }
    return Optional.empty();
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
      String first = nodes.firstKey();
      String value = held(first, key);
      for (String node : nodes.keySet()) {
        String other = held(node, key);
        if (!Objects.equals(value, other)) {
          return Optional.of(
              "node %s holds %s = %s, and node %s %s".formatted(first, key, value, node, other));
        }
      }
    }
    return Optional.empty();
  }

  /// What the node itself holds under a key, without a word from any other; null where it has
  /// nothing.
  private @Nullable String held(String node, String key) throws ClusterException {
    Endpoints alone = Endpoints.parse(String.valueOf(nodes.get(node)), "torture");
    ClusterClient client = new ClusterClient(alone, TIMEOUT, new Session());
    return switch (client.readStale("get " + key)) {
      case Answer.Missing<StaleReply>(var problem) ->
          throw ClusterException.unavailable(
              "node " + node + " does not answer: " + problem.message(), problem.hint());
      case Answer.Given<StaleReply>(StaleReply reply) -> reply.ok() ? reply.reply() : null;
    };
  }
}
