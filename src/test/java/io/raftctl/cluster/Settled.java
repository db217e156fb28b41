package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.Session;
import io.raftctl.client.StaleReply;
import java.time.Duration;
import java.util.Optional;

/// What a judge asks the cluster once its clients are at rest.
final class Settled {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Settled() {}

  /// The outcome of a command whose client was left in doubt, if it was applied. If it was not, it
  /// never will be from here on.
  static Optional<Outcome.Done> of(Outcome.Indeterminate doubt, ClusterClient client) {
    Answer<Fate> answer = client.outcome(doubt.requestId(), doubt.since(), true);
    assertThat(answer).as("the outcome of %s", doubt).isInstanceOf(Answer.Given.class);
    Fate fate = ((Answer.Given<Fate>) answer).value();
    assertThat(fate).isInstanceOfAny(Fate.Applied.class, Fate.Cancelled.class);
    return fate instanceof Fate.Applied(Outcome.Done first) ? Optional.of(first) : Optional.empty();
  }

  /// What the node itself holds under a key, without a word from any other.
  static String held(NodeProcess node, String key) {
    Endpoints alone = Endpoints.parse(node.address(), "the test");
    Answer<StaleReply> answer =
        new ClusterClient(alone, TIMEOUT, new Session()).readStale("get " + key);
    assertThat(answer).as("what node %s holds", node.id()).isInstanceOf(Answer.Given.class);
    return ((Answer.Given<StaleReply>) answer).value().reply();
  }
}
