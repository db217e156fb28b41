package io.raftctl.raft.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private static final int HEARTBEAT_TICKS = 3;
  private static final int ELECTION_TICKS = 10;
  private static final long WINDOW = 100;

  private final Progress progress = new Progress(11, HEARTBEAT_TICKS, ELECTION_TICKS);

  private void tick(int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      progress.tick();
    }
  }

  @Nested
  class Probing {
    @BeforeEach
    void probe() {
      progress.sent(11, 10);
    }

    @Test
    void isOneMessageAtATime() {
      assertThat(progress.probing()).isTrue();
      assertThat(progress.maySend(WINDOW)).isFalse();
    }

    @Test
    void endsWhereTheLogsAgree() {
      progress.accepted(11, 11);
      assertThat(progress.probing()).isFalse();
      assertThat(progress.matchIndex()).isEqualTo(11);
      assertThat(progress.nextIndex()).isEqualTo(12);
    }

    @Test
    void goesBackToWhereTheLogsMayAgree() {
      progress.rejected(10, 4);
      assertThat(progress.nextIndex()).isEqualTo(5);
      assertThat(progress.maySend(WINDOW)).isTrue();
    }

    @Test
    void goesBackWithEachRejectionHoweverUselessItsHint() {
      progress.rejected(10, 10);
      assertThat(progress.nextIndex()).isEqualTo(10);
      progress.sent(10, 10);
      progress.rejected(9, 50);
      assertThat(progress.nextIndex()).isEqualTo(9);
    }

    @Test
    void ignoresARejectionOfAnotherProbe() {
      progress.rejected(10, 4);
      progress.sent(5, 10);
      progress.rejected(10, 2);
      assertThat(progress.nextIndex()).isEqualTo(5);
    }

    @Test
    void isRepeatedEachTimeAfterTwiceTheWait() {
      List<Integer> waits = new ArrayList<>();
      for (int probe = 0; probe < 7; probe++) {
        int ticks = 0;
        while (!progress.maySend(WINDOW)) {
          tick(1);
          ticks++;
        }
        waits.add(ticks);
        progress.sent(11, 10);
      }
      assertThat(waits).containsExactly(3, 6, 12, 24, 48, 48, 48);
    }

    @Test
    void beginsAtOnceWhenASilentPeerIsHeardAgain() {
      tick(200);
      assertThat(progress.maySend(WINDOW)).isTrue();
      progress.sent(11, 10);
      progress.roundAnswered(7, false);
      assertThat(progress.maySend(WINDOW)).isTrue();
      progress.sent(11, 10);
      tick(HEARTBEAT_TICKS);
      assertThat(progress.maySend(WINDOW)).isTrue();
    }
  }

  @Nested
  class Streaming {
    @BeforeEach
    void stream() {
      progress.sent(11, 10);
      progress.accepted(11, 11);
      progress.sent(13, 60);
      progress.sent(15, 60);
    }

    @Test
    void stopsAtTheLimitAndGoesOnWithTheAnswers() {
      assertThat(progress.maySend(WINDOW)).isFalse();
      progress.accepted(13, 13);
      assertThat(progress.maySend(WINDOW)).isTrue();
      assertThat(progress.nextIndex()).isEqualTo(16);
    }

    @Test
    void goesBackToTheGapThatARejectionShows() {
      progress.rejected(13, 11);
      assertThat(progress.probing()).isTrue();
      assertThat(progress.nextIndex()).isEqualTo(12);
    }

    @Test
    void ignoresRejectionsOfWhatIsAcceptedSince() {
      progress.accepted(15, 15);
      progress.rejected(13, 11);
      assertThat(progress.probing()).isFalse();
      assertThat(progress.nextIndex()).isEqualTo(16);
    }

    @Test
    void probesItsEndWhenItStandsStill() {
      tick(ELECTION_TICKS);
      assertThat(progress.probing()).isTrue();
      assertThat(progress.nextIndex()).isEqualTo(15);
      assertThat(progress.maySend(WINDOW)).isTrue();
    }

    @Test
    void doesNotStandStillWhileAnswersCome() {
      for (long index = 12; index <= 15; index++) {
        tick(ELECTION_TICKS - 1);
        progress.accepted(index, index);
      }
      assertThat(progress.probing()).isFalse();
    }

    @Test
    void doesNotStandStillWithNothingOnTheWay() {
      progress.accepted(15, 15);
      tick(100 * ELECTION_TICKS);
      assertThat(progress.probing()).isFalse();
    }
  }

  @Test
  void aLateAnswerToARoundDoesNotUndoALaterOne() {
    progress.roundAnswered(5, false);
    progress.roundAnswered(3, false);
    assertThat(progress.round()).isEqualTo(5);
  }

  /// Messages lost, late, twice and out of order, on both ways, against a follower that holds what
  /// it was sent without a gap. `matchIndex` never falls nor passes what the follower holds, and in
  /// the end it holds all.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void bringsAFollowerToTheEndOverABadNetwork(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Progress peer = new Progress(50, HEARTBEAT_TICKS, ELECTION_TICKS);
    List<long[]> requests = new ArrayList<>();
    List<long[]> answers = new ArrayList<>();
    long held = 20;
    int step = 0;
    for (; peer.matchIndex() < 500 && step < 20_000; step++) {
      long before = peer.matchIndex();
      while (peer.nextIndex() <= 500 && peer.maySend(WINDOW)) {
        long first = peer.nextIndex();
        long last = Math.min(500, peer.probing() ? first : first + 3);
        peer.sent(last, 30);
        requests.add(new long[] {first - 1, last});
      }
      long[] request = any(requests, random);
      if (request != null) {
        boolean agrees = request[0] <= held;
        held = agrees ? Math.max(held, request[1]) : held;
        answers.add(agrees ? new long[] {request[1]} : new long[] {request[0], held});
      }
      long[] answer = any(answers, random);
      if (answer != null && answer.length == 1) {
        peer.accepted(answer[0], answer[0]);
      } else if (answer != null) {
        peer.rejected(answer[0], answer[1]);
      }
      peer.tick();
      assertThat(peer.matchIndex()).isBetween(before, held);
      assertThat(peer.nextIndex()).isGreaterThan(peer.matchIndex());
    }
    assertThat(peer.matchIndex()).as("after %s steps", step).isEqualTo(500);
  }

  /// A message of the list, mostly taken out of it, sometimes lost; null where there is none.
  private static long[] any(List<long[]> messages, SplittableRandom random) {
    if (messages.isEmpty()) {
      return null;
    }
    int at = random.nextInt(Math.min(3, messages.size()));
    long[] message = random.nextInt(10) == 0 ? messages.get(at) : messages.remove(at);
    return random.nextInt(5) == 0 ? null : message;
  }
}
