package io.raftctl.client.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Problem;
import io.raftctl.client.stream.ScriptedStreamNode.Answer;
import io.raftctl.client.stream.ScriptedStreamNode.Received;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.testing.FreePorts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StreamClientTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Test
  void commandsArriveOnceAndInTheirOrder() throws IOException {
    try (ScriptedStreamNode node = new ScriptedStreamNode(_ -> Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      List<Outcome> outcomes = outcomes(submit(client, 5000));

      assertThat(outcomes).allMatch(Outcome.Done.class::isInstance);
      assertThat(node.received())
          .extracting(Received::sequence)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 5000).boxed().toList());
    }
  }

  /// The second is refused with those behind it, as when the node was deposed in between.
  @Test
  void whatWasRefusedGoesAgainInItsOrder() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(
                it -> it.stream() == 0 && it.sequence() > 1 ? Answer.NOT_LEADER : Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      List<Outcome> outcomes = outcomes(submit(client, 4));

      assertThat(outcomes).allMatch(Outcome.Done.class::isInstance);
      assertThat(node.received())
          .filteredOn(it -> it.stream() == 1)
          .extracting(Received::sequence)
          .isSorted()
          .endsWith(4L)
          .doesNotContain(1L);
      assertThat(node.received()).extracting(Received::stream).isSorted();
    }
  }

  /// The node is a script and takes the second all the same; the cluster would not, as it follows
  /// the first.
  @Test
  void eachCommandSaysWhichOneItFollows() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(
                it -> it.stream() == 0 && it.sequence() == 1 ? Answer.NOT_LEADER : Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      assertThat(outcomes(submit(client, 2))).allMatch(Outcome.Done.class::isInstance);
      assertThat(node.received())
          .allMatch(it -> it.after() == it.sequence() - 1)
          .allMatch(it -> it.since() == 5);
    }
  }

  @Test
  void whatABrokenStreamCarriedGoesAgainAsTheSameRequests() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(
                it ->
                    it.stream() > 0
                        ? Answer.DONE
                        : it.sequence() == 3 ? Answer.BREAK : Answer.SILENCE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      assertThat(outcomes(submit(client, 3))).allMatch(Outcome.Done.class::isInstance);

      assertThat(node.received())
          .filteredOn(it -> it.stream() > 0)
          .extracting(Received::sequence)
          .containsExactly(1L, 2L, 3L);
      assertThat(node.received()).extracting(Received::session).containsOnly(sessionOf(node));
    }
  }

  private static long sessionOf(ScriptedStreamNode node) {
    return node.received().getFirst().session();
  }

  @Test
  void anExpiredSessionInWhichNothingIsInDoubtIsReplaced() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(it -> it.stream() == 0 ? Answer.FORGOTTEN : Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      List<Outcome> outcomes = outcomes(submit(client, 3));

      assertThat(outcomes).allMatch(Outcome.Done.class::isInstance);
      assertThat(node.received())
          .filteredOn(it -> it.stream() > 0)
          .extracting(Received::session)
          .doesNotContain(sessionOf(node));
    }
  }

  @Test
  void whatIsInDoubtWhenItsSessionHasExpiredIsIndeterminate() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(it -> it.stream() == 0 ? Answer.BREAK : Answer.FORGOTTEN);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      assertThat(outcomes(submit(client, 1)).getFirst()).isInstanceOf(Outcome.Indeterminate.class);
      assertThat(node.received()).hasSize(2);
    }
  }

  @Test
  void whatWasCancelledIsNotApplied() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(it -> it.stream() == 0 ? Answer.BREAK : Answer.CANCELLED);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      assertThat(outcomes(submit(client, 1)).getFirst()).isInstanceOf(Outcome.NotApplied.class);
    }
  }

  /// The line after the lost one came in before anybody knew that it was lost.
  @Test
  void whereCommandsBuildOnEachOtherNothingIsSentAfterOneThatIsNotDone() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(it -> it.stream() > 0 ? Answer.FORGOTTEN : Answer.BREAK);
        StreamClient client =
            StreamClient.stoppingAtFirstFailure(endpoints(node.endpoint()), TIMEOUT)) {
      CompletableFuture<Outcome> lost = new CompletableFuture<>();
      CompletableFuture<Outcome> next = new CompletableFuture<>();
      client.submit(
          "x".getBytes(UTF_8),
          outcome -> {
            client.submit("y".getBytes(UTF_8), next::complete);
            lost.complete(outcome);
          });

      assertThat(lost.join()).isInstanceOf(Outcome.Indeterminate.class);
      assertThat(next.join()).isInstanceOf(Outcome.NotApplied.class);
      assertThat(node.received()).extracting(Received::sequence).containsExactly(1L, 1L);
    }
  }

  @Test
  void aReadGoesAgainWhenItsStreamBreaks() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(it -> it.stream() == 0 ? Answer.BREAK : Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      CompletableFuture<Outcome> read = new CompletableFuture<>();
      client.read("get k".getBytes(UTF_8), read::complete);

      assertThat(read.join()).isInstanceOf(Outcome.Done.class);
      assertThat(node.received()).hasSize(2);
    }
  }

  @Test
  void aNodeThatCannotTellIsLeft() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(it -> it.stream() == 0 ? Answer.INDETERMINATE : Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      assertThat(outcomes(submit(client, 1)).getFirst()).isInstanceOf(Outcome.Done.class);
      assertThat(node.received()).extracting(Received::stream).containsExactly(0, 1);
      assertThat(node.received()).extracting(Received::sequence).containsOnly(1L);
    }
  }

  @Test
  void aSilentNodeLeavesItIndeterminateAtTheTimeout() throws IOException {
    try (ScriptedStreamNode node = new ScriptedStreamNode(_ -> Answer.SILENCE);
        StreamClient client = client(node.endpoint(), Duration.ofMillis(1500))) {
      long start = System.nanoTime();

      assertThat(outcomes(submit(client, 3))).allMatch(Outcome.Indeterminate.class::isInstance);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(5));
    }
  }

  @Test
  void aSilentNodeIsLeftWhileThereIsTimeForAnother() throws IOException {
    try (ScriptedStreamNode node =
            new ScriptedStreamNode(it -> it.stream() == 0 ? Answer.SILENCE : Answer.DONE);
        StreamClient client = client(node.endpoint(), Duration.ofSeconds(4))) {
      assertThat(outcomes(submit(client, 3))).allMatch(Outcome.Done.class::isInstance);
    }
  }

  @Test
  void whereNobodyListensNothingWasApplied() throws IOException {
    Endpoint closed = new Endpoint("127.0.0.1", FreePorts.choose());
    try (StreamClient client = client(closed, Duration.ofMillis(300))) {
      assertThat(outcomes(submit(client, 3))).allMatch(Outcome.NotApplied.class::isInstance);
    }
  }

  @Test
  void aCommandThatIsTooLargeDisturbsNoOther() throws IOException {
    try (ScriptedStreamNode node = new ScriptedStreamNode(_ -> Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      CompletableFuture<Outcome> large = new CompletableFuture<>();
      client.submit(new byte[100 << 20], large::complete);

      assertThat(outcomes(submit(client, 1)).getFirst()).isInstanceOf(Outcome.Done.class);
      assertThat(((Outcome.NotApplied) large.join()).problem().code())
          .isEqualTo(Problem.Code.TOO_LARGE);
    }
  }

  @Test
  void pastItsBoundItRefusesInsteadOfKeeping() throws IOException {
    try (ScriptedStreamNode node = new ScriptedStreamNode(_ -> Answer.SILENCE);
        StreamClient client = client(node.endpoint(), Duration.ofMinutes(1))) {
      submit(client, StreamClient.PENDING_MAX);

      assertThat(outcomes(submit(client, 1)).getFirst()).isInstanceOf(Outcome.NotApplied.class);
    }
  }

  @Test
  void closingSettlesAllThatIsOpen() throws IOException {
    List<CompletableFuture<Outcome>> open;
    try (ScriptedStreamNode node = new ScriptedStreamNode(_ -> Answer.SILENCE);
        StreamClient client = client(node.endpoint(), Duration.ofMinutes(1))) {
      open = submit(client, 100);
    }
    assertThat(open).allMatch(CompletableFuture::isDone);
  }

  @Test
  @SuppressWarnings("try") // Closing twice is what is tested.
  void afterTheEndItRefusesAndIsClosedAgainWithoutHarm() throws IOException {
    try (ScriptedStreamNode node = new ScriptedStreamNode(_ -> Answer.DONE);
        StreamClient client = client(node.endpoint(), TIMEOUT)) {
      client.close();

      assertThat(outcomes(submit(client, 3))).allMatch(Outcome.NotApplied.class::isInstance);
    }
  }

  private static StreamClient client(Endpoint endpoint, Duration timeout) {
    return new StreamClient(endpoints(endpoint), timeout);
  }

  private static Endpoints endpoints(Endpoint endpoint) {
    return new Endpoints(List.of(endpoint), "the test");
  }

  private static List<CompletableFuture<Outcome>> submit(StreamClient client, int count) {
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      outcomes.add(outcome);
      client.submit("x".getBytes(UTF_8), outcome::complete);
    }
    return outcomes;
  }

  private static List<Outcome> outcomes(List<CompletableFuture<Outcome>> pending) {
    return pending.stream().map(CompletableFuture::join).toList();
  }
}
