package io.raftctl.client;

import static io.raftctl.client.ScriptedNode.done;
import static io.raftctl.client.ScriptedNode.error;
import static io.raftctl.client.ScriptedNode.notLeader;
import static io.raftctl.client.ScriptedNode.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.ScriptedNode.Reply;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.testing.FreePorts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A command is sent again under its request id, and ends as not applied only where it certainly
/// is.
class ClusterClientTest {
  private static final String SUBMIT = "POST /v1/submit";
  private static final String READ = "POST /v1/read";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Test
  void aCommandGoesStraightToTheLeaderAmongTheEndpoints() throws IOException {
    try (ScriptedNode follower = ScriptedNode.start(_ -> status("2", "follower", 1, "1"));
        ScriptedNode leader = ScriptedNode.leader(_ -> done("OK"))) {
      Outcome outcome = client(TIMEOUT, follower.endpoint(), leader.endpoint()).submit("put k v");

      assertThat(outcome).isEqualTo(new Outcome.Done(new RequestId(0xc0ffee, 1), 7, 2, true, "OK"));
      assertThat(follower.count(SUBMIT)).isZero();
      assertThat(leader.requests().getLast().body())
          .containsEntry("command", "put k v")
          .containsEntry("requestId", "0000000000c0ffee-1")
          .containsEntry("since", 3)
          .containsEntry("settledBelow", 1)
          .containsKey("timeoutMillis");
    }
  }

  @Test
  void aHintLeadsToTheLeaderOutsideTheEndpoints() throws IOException {
    try (ScriptedNode leader = ScriptedNode.leader(_ -> done("OK"));
        ScriptedNode follower =
            ScriptedNode.start(
                request ->
                    request.target().equals(SUBMIT)
                        ? notLeader(leader.endpoint())
                        : status("2", "follower", 1, "1"))) {
      assertDone(client(TIMEOUT, follower.endpoint()).submit("put k v"));
      assertThat(follower.count(SUBMIT)).isOne();
      assertThat(leader.count(SUBMIT)).isOne();
    }
  }

  @Test
  void anEndpointThatRefusesConnectionsIsPassedOver() throws IOException {
    try (ScriptedNode leader = ScriptedNode.leader(_ -> done("OK"))) {
      assertDone(client(TIMEOUT, closedPort(), leader.endpoint()).submit("put k v"));
    }
  }

  /// A stopped process still takes connections, and would take the command when it goes on.
  @Test
  void aSilentNodeNeverGetsTheCommand() throws IOException {
    try (ScriptedNode silent = ScriptedNode.start(_ -> new Reply.Silence());
        ScriptedNode leader = ScriptedNode.leader(_ -> done("OK"))) {
      assertDone(client(TIMEOUT, silent.endpoint(), leader.endpoint()).submit("put k v"));
      assertThat(silent.count(SUBMIT)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"not-leader", "unavailable"})
  void aCommandThatWasCertainlyNotAcceptedIsSentAgain(String code) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedNode leader =
        ScriptedNode.leader(_ -> asked.incrementAndGet() < 4 ? error(503, code) : done("OK"))) {
      assertDone(client(TIMEOUT, leader.endpoint()).submit("put k v"));
      assertThat(leader.count(SUBMIT)).isEqualTo(4);
      assertThat(leader.requests())
          .filteredOn(request -> request.target().equals(SUBMIT))
          .extracting(request -> request.body().getString("requestId"))
          .containsOnly("0000000000c0ffee-1");
    }
  }

  /// A leader may commit a change whose answer nobody hears. That is no certain refusal.
  @Test
  void aChangeOfTheMembersWithoutAnAnswerIsInDoubt() throws IOException {
    Members.Wish wish = new Members.Wish(List.of(), List.of(), List.of("2"));
    try (ScriptedNode leader = ScriptedNode.leader(_ -> new Reply.Silence())) {
      assertThat(client(Duration.ofSeconds(1), leader.endpoint()).changeMembers(wish))
          .isInstanceOfSatisfying(
              Answer.Missing.class,
              missing -> {
                assertThat(missing.problem().code()).isEqualTo(Problem.Code.INDETERMINATE);
                assertThat(missing.problem().hint()).contains("raftctl member ls");
              });
    }
    try (ScriptedNode leader = ScriptedNode.leader(_ -> error(503, "unavailable"))) {
      assertThat(client(Duration.ofSeconds(1), leader.endpoint()).changeMembers(wish))
          .isInstanceOfSatisfying(
              Answer.Missing.class,
              missing -> assertThat(missing.problem().code()).isEqualTo(Problem.Code.UNAVAILABLE));
    }
  }

  /// A node that stands still does it when it goes on.
  @Test
  void aBlockWithoutAnAnswerIsInDoubt() throws IOException {
    try (ScriptedNode paused = ScriptedNode.leader(_ -> new Reply.Silence())) {
      assertThat(client(Duration.ofSeconds(1), paused.endpoint()).block("1"))
          .isInstanceOfSatisfying(
              Answer.Missing.class,
              missing -> {
                assertThat(missing.problem().code()).isEqualTo(Problem.Code.INDETERMINATE);
                assertThat(missing.problem().message())
                    .startsWith("whether node 1 has done it is unknown: ");
              });
    }
    assertThat(client(Duration.ofSeconds(1), closedPort()).block("1"))
        .isInstanceOfSatisfying(
            Answer.Missing.class,
            missing -> assertThat(missing.problem().code()).isEqualTo(Problem.Code.UNAVAILABLE));
  }

  @Test
  void aCertainRefusalIsNotPutAtRiskByATryThatHasNoTimeLeft() throws IOException {
    try (ScriptedNode leader =
        ScriptedNode.leader(
            _ -> {
              LockSupport.parkNanos(Duration.ofMillis(90).toNanos());
              return error(503, "unavailable");
            })) {
      for (int millis = 300; millis < 700; millis += 40) {
        assertThat(client(Duration.ofMillis(millis), leader.endpoint()).submit("put k v"))
            .isInstanceOf(Outcome.NotApplied.class);
      }
    }
  }

  static Stream<Reply> doubtful() {
    return Stream.of(
        new Reply.Close(),
        new Reply.Bytes("HTTP/1.1 200 OK\r\nContent-Le"),
        new Reply.Bytes("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"index\":"),
        new Reply.Bytes("SSH-2.0-OpenSSH_9.2\r\n"),
        new Reply.Json(200, "{}"),
        new Reply.Json(200, "OK"),
        new Reply.Json(200, "[".repeat(1 << 20)),
        new Reply.Json(404, "<html>nothing here</html>"),
        new Reply.Json(302, "{}"),
        new Reply.Json(401, "{}"),
        error(500, "failed"),
        error(504, "indeterminate"),
        error(599, "something-new"));
  }

  @ParameterizedTest
  @MethodSource("doubtful")
  void aCommandThatMayHaveBeenAcceptedIsSentAgainAsTheSameRequest(Reply reply) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedNode leader =
        ScriptedNode.leader(_ -> asked.incrementAndGet() < 3 ? reply : done("first"))) {
      Outcome outcome = client(TIMEOUT, leader.endpoint()).submit("put k v");

      assertThat(outcome)
          .isEqualTo(new Outcome.Done(new RequestId(0xc0ffee, 1), 7, 2, true, "first"));
      assertThat(leader.requests())
          .filteredOn(request -> request.target().equals(SUBMIT))
          .hasSize(3)
          .extracting(request -> request.body().getString("requestId"))
          .containsOnly("0000000000c0ffee-1");
    }
  }

  @ParameterizedTest
  @MethodSource("doubtful")
  void aCommandThatStaysInDoubtIsIndeterminate(Reply reply) throws IOException {
    try (ScriptedNode leader = ScriptedNode.leader(_ -> reply)) {
      Outcome outcome = client(Duration.ofMillis(200), leader.endpoint()).submit("put k v");

      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Indeterminate.class, unknown -> assertThat(unknown.since()).isEqualTo(3));
      assertThat(outcome.requestId()).hasToString("0000000000c0ffee-1");
    }
  }

  /// Whatever is said of a later try, the first one may have been accepted.
  @ParameterizedTest
  @ValueSource(strings = {"invalid", "denied", "too-large", "not-leader", "unavailable", "expired"})
  void nothingSaidOfALaterTryEndsTheDoubt(String code) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedNode leader =
        ScriptedNode.leader(
            _ -> asked.incrementAndGet() == 1 ? new Reply.Close() : error(400, code))) {
      assertThat(client(Duration.ofMillis(400), leader.endpoint()).submit("put k v"))
          .isInstanceOf(Outcome.Indeterminate.class);
      assertThat(leader.count(SUBMIT)).isGreaterThan(1);
    }
  }

  @Test
  void whatWasCancelledIsNeverAppliedWhateverCameBefore() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedNode leader =
        ScriptedNode.leader(
            _ -> asked.incrementAndGet() == 1 ? new Reply.Close() : error(409, "cancelled"))) {
      Outcome outcome = client(TIMEOUT, leader.endpoint()).submit("put k v");

      assertThat(((Outcome.NotApplied) outcome).problem().code()).isEqualTo(Problem.Code.CANCELLED);
    }
  }

  @Test
  void anExpiredSessionInWhichNothingIsInDoubtIsReplaced() throws IOException {
    try (ScriptedNode leader =
        ScriptedNode.leader(
            request ->
                request.body().getString("requestId").startsWith("0000000000c0ffee")
                    ? error(410, "expired")
                    : done("OK"))) {
      ClusterClient client = client(TIMEOUT, leader.endpoint());

      assertDone(client.submit("put k v"));
      assertDone(client.submit("put k v"));
      assertThat(leader.count(SUBMIT)).isEqualTo(3);
    }
  }

  @Test
  void whatIsSettledIsSaidToBeAndWhatIsInDoubtIsNot() throws IOException {
    try (ScriptedNode leader =
        ScriptedNode.leader(
            request ->
                request.body().getString("command").equals("lost")
                    ? new Reply.Close()
                    : done("OK"))) {
      ClusterClient client = client(Duration.ofMillis(200), leader.endpoint());
      for (String command : List.of("a", "b", "lost", "c", "d")) {
        client.submit(command);
      }

      assertThat(leader.requests())
          .filteredOn(request -> request.target().equals(SUBMIT))
          .filteredOn(request -> !request.body().getString("command").equals("lost"))
          .extracting(request -> request.body().getInt("settledBelow"))
          .containsExactly(1, 2, 3, 3);
    }
  }

  @Test
  void theOutcomeOfARequestIsAskedForAndCancelled() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedNode leader =
        ScriptedNode.leader(
            request ->
                asked.incrementAndGet() == 1
                    ? new Reply.Close()
                    : request.body().getBoolean("cancel")
                        ? new Reply.Json(200, "{\"state\":\"cancelled\",\"index\":9,\"term\":2}")
                        : new Reply.Json(
                            200,
                            "{\"state\":\"applied\",\"index\":7,\"term\":2,\"ok\":true,"
                                + "\"reply\":\"1\",\"asOf\":9}"))) {
      ClusterClient client = client(TIMEOUT, leader.endpoint());
      RequestId id = new RequestId(7, 1);

      assertThat(client.outcome(id, 5, false))
          .isEqualTo(new Answer.Given<>(new Fate.Applied(new Outcome.Done(id, 7, 2, true, "1"))));
      assertThat(client.outcome(id, 5, true))
          .isEqualTo(new Answer.Given<>(new Fate.Cancelled(9, 2)));
      assertThat(leader.requests().getLast().body())
          .containsEntry("requestId", "0000000000000007-1")
          .containsEntry("since", 5)
          .containsEntry("cancel", true);
    }
  }

  /// A lost answer leaves open whether the tombstone stands; a lost answer to a question does not.
  @Test
  void aCancellationMayStayInDoubtAndAQuestionMayNot() throws IOException {
    try (ScriptedNode leader = ScriptedNode.leader(_ -> new Reply.Close())) {
      ClusterClient client = client(Duration.ofMillis(200), leader.endpoint());
      RequestId id = new RequestId(7, 1);

      assertThat(((Answer.Missing<Fate>) client.outcome(id, 0, true)).problem().code())
          .isEqualTo(Problem.Code.INDETERMINATE);
      assertThat(((Answer.Missing<Fate>) client.outcome(id, 0, false)).problem().code())
          .isEqualTo(Problem.Code.UNAVAILABLE);
    }
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalIsFinal(String code, Problem.Code known) throws IOException {
    try (ScriptedNode leader = ScriptedNode.leader(_ -> error(400, code))) {
      assertThat(client(TIMEOUT, leader.endpoint()).submit("put k v"))
          .isEqualTo(
              new Outcome.NotApplied(
                  new RequestId(0xc0ffee, 1), new Problem(known, "it is " + code, "do better")));
      assertThat(leader.count(SUBMIT)).isOne();
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("invalid", Problem.Code.INVALID),
        Arguments.of("denied", Problem.Code.DENIED),
        Arguments.of("too-large", Problem.Code.TOO_LARGE),
        Arguments.of("not-found", Problem.Code.NOT_FOUND));
  }

  @Test
  void aNodeThatTakesTheCommandAndStaysSilentIsLeftAtTheTimeout() throws IOException {
    try (ScriptedNode leader = ScriptedNode.leader(_ -> new Reply.Silence())) {
      long start = System.nanoTime();
      Outcome outcome = client(Duration.ofMillis(400), leader.endpoint()).submit("put k v");

      assertThat(outcome).isInstanceOf(Outcome.Indeterminate.class);
      assertThat(millisSince(start)).isBetween(400L, 2_000L);
      assertThat(leader.count(SUBMIT)).isOne();
    }
  }

  @Test
  void whereNobodyAnswersTheCommandWasNotApplied() throws IOException {
    try (ScriptedNode silent = ScriptedNode.start(_ -> new Reply.Silence())) {
      long start = System.nanoTime();
      Outcome outcome =
          client(Duration.ofMillis(400), silent.endpoint(), closedPort()).submit("put k v");

      assertThat(outcome).isInstanceOf(Outcome.NotApplied.class);
      assertThat(((Outcome.NotApplied) outcome).problem().code())
          .isEqualTo(Problem.Code.UNAVAILABLE);
      assertThat(millisSince(start)).isBetween(400L, 2_000L);
    }
  }

  @Test
  void whoIsInterruptedIsNotToldThatTimeRanOut() throws IOException {
    try (ScriptedNode follower = ScriptedNode.start(_ -> status("1", "follower", 1, null))) {
      ClusterClient client = client(Duration.ofMinutes(1), follower.endpoint());
      Thread.currentThread().interrupt();
      try {
        assertThat(client.submit("put k v"))
            .isInstanceOfSatisfying(
                Outcome.NotApplied.class,
                outcome -> assertThat(outcome.problem().message()).startsWith("interrupted: "));
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  /// Whoever refuses it knows of no such change, and neither does the log.
  @Test
  void aDoubtAboutAChangeOfTheMembersIsEndedByWhatALaterTryHears() throws IOException {
    Members.Wish wish = new Members.Wish(List.of(), List.of(), List.of("2"));
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedNode leader =
        ScriptedNode.leader(
            _ -> asked.incrementAndGet() == 1 ? new Reply.Close() : error(403, "denied"))) {
      assertThat(client(TIMEOUT, leader.endpoint()).changeMembers(wish))
          .isInstanceOfSatisfying(
              Answer.Missing.class,
              missing -> assertThat(missing.problem().code()).isEqualTo(Problem.Code.DENIED));
    }
    asked.set(0);
    String members = "{\"cluster\":\"c\",\"members\":[],\"removed\":[\"2\"]}";
    try (ScriptedNode leader =
        ScriptedNode.leader(
            _ -> asked.incrementAndGet() == 1 ? new Reply.Close() : new Reply.Json(200, members))) {
      assertThat(client(TIMEOUT, leader.endpoint()).changeMembers(wish))
          .isInstanceOf(Answer.Given.class);
    }
  }

  @Test
  void aReadIsAskedAgainWhateverHappenedToIt() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedNode leader =
        ScriptedNode.leader(
            _ ->
                switch (asked.incrementAndGet()) {
                  case 1 -> new Reply.Close();
                  case 2 -> error(500, "failed");
                  case 3 -> new Reply.Json(200, "{}");
                  default -> done("v");
                })) {
      assertDone(client(TIMEOUT, leader.endpoint()).read("get k"));
      assertThat(leader.count(READ)).isEqualTo(4);
    }
  }

  @Test
  void requestIdsCountUpWithinASession() throws IOException {
    try (ScriptedNode leader = ScriptedNode.leader(_ -> done("OK"))) {
      ClusterClient client = client(TIMEOUT, leader.endpoint());

      assertThat(client.submit("a").requestId()).hasToString("0000000000c0ffee-1");
      assertThat(client.submit("b").requestId()).hasToString("0000000000c0ffee-2");
    }
  }

  private static ClusterClient client(Duration timeout, Endpoint... endpoints) {
    return new ClusterClient(
        new Endpoints(List.of(endpoints), "the test"), timeout, new Session(0xc0ffee));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  /// A port that nobody listens on.
  private static Endpoint closedPort() throws IOException {
    return new Endpoint("127.0.0.1", FreePorts.choose());
  }
}
