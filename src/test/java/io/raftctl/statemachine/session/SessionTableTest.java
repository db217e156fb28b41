package io.raftctl.statemachine.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.session.Fate.Applied;
import io.raftctl.statemachine.session.Fate.Cancelled;
import io.raftctl.statemachine.session.Fate.Forgotten;
import io.raftctl.statemachine.session.Fate.NotApplied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Each request runs once at most, whatever comes again, and whatever was forgotten.
class SessionTableTest {
  private static final SessionLimits TWO_SESSIONS = new SessionLimits(2, 10_000, 20_000);

  /// Repeats what it ran, with the place.
  private final List<String> ran = new ArrayList<>();

  private final StateMachine machine =
      new StatelessMachine() {
        @Override
        public Reply apply(long index, byte[] command) {
          ran.add(index + " " + new String(command, UTF_8));
          return Reply.ok(ran.getLast());
        }

        @Override
        public Reply query(byte[] command) {
          return Reply.ok("");
        }
      };

  private SessionTable table = new SessionTable(SessionLimits.DEFAULT);
  private SessionMachine sessions = new SessionMachine(machine, table);
  private long index;

  private void limit(SessionLimits limits) {
    table = new SessionTable(limits);
    sessions = new SessionMachine(machine, table);
  }

  private Place next() {
    index++;
    return new Place(1, index);
  }

  private static RequestId id(long session, long sequence) {
    return new RequestId(session, sequence);
  }

  private Fate submit(RequestId id, long since) {
    return submit(new Stamp(id, since, 1, 0));
  }

  private Fate submit(Stamp stamp) {
    return sessions.apply(
        next(), new SessionCommand.Once(stamp, stamp.id().toString().getBytes(UTF_8)));
  }

  private Fate cancel(RequestId id, long since) {
    return sessions.apply(next(), new SessionCommand.Cancel(id, since));
  }

  private Applied applied(long at, RequestId id) {
    return new Applied(new Place(1, at), Reply.ok(at + " " + id));
  }

  /// So many sessions of one request each, all of them younger than anything before.
  private void others(int count) {
    for (int i = 0; i < count; i++) {
      submit(id(1000 + index, 1), index);
    }
  }

  @Test
  void aRequestRunsOnceAndIsAnsweredAlikeEachTime() {
    RequestId id = id(7, 1);
    assertThat(submit(id, 0)).isEqualTo(applied(1, id));
    assertThat(submit(id, 0)).isEqualTo(applied(1, id));
    assertThat(table.fate(id, 0)).isEqualTo(applied(1, id));
    assertThat(ran).hasSize(1);
  }

  /// What was there before the restore is of another history, and would answer for this one.
  @Test
  void aRestoreForgetsWhatIsNotInTheState() {
    final SessionMachine.State empty = sessions.state();
    RequestId id = id(7, 1);
    submit(id, 0);
    SessionMachine.State full = sessions.state();
    sessions.restore(empty);
    assertThat(sessions.fate(id, 0)).isEqualTo(new NotApplied());
    submit(id(8, 1), 0);
    sessions.restore(full);
    assertThat(sessions.fate(id, 0)).isInstanceOf(Applied.class);
    assertThat(sessions.fate(id(8, 1), 0)).isEqualTo(new NotApplied());
  }

  @Test
  void sequencesMayComeInAnyOrderAndWithGaps() {
    for (long sequence : new long[] {5, 2, 9, 5, 1, 2, 9, 1}) {
      submit(id(7, sequence), 0);
    }
    assertThat(ran)
        .containsExactly("1 " + id(7, 5), "2 " + id(7, 2), "3 " + id(7, 9), "5 " + id(7, 1));
    assertThat(table.fate(id(7, 3), 0)).isEqualTo(new NotApplied());
  }

  @Test
  void sessionsWithTheSameSequencesAreNoneOfEachOthersBusiness() {
    assertThat(submit(id(7, 1), 0)).isInstanceOf(Applied.class);
    assertThat(submit(id(8, 1), 0)).isInstanceOf(Applied.class);
    assertThat(ran).hasSize(2);
  }

  @Test
  void plainCommandsRunAsOftenAsTheyStandInTheLog() {
    SessionCommand plain = new SessionCommand.Plain(id(7, 1), new byte[0]);
    sessions.apply(next(), plain);
    sessions.apply(next(), plain);
    assertThat(ran).hasSize(2);
    assertThat(table.size()).isZero();
  }

  @Test
  void whatTheClientHasSettledIsForgottenAndNeverRuns() {
    submit(id(7, 1), 0);
    submit(id(7, 3), 0);
    final long before = table.bytes();
    submit(new Stamp(id(7, 4), 0, 4, 0));
    assertThat(table.bytes()).isLessThan(before);
    assertThat(submit(id(7, 1), 0)).isEqualTo(new Forgotten());
    assertThat(submit(id(7, 2), 0)).isEqualTo(new Forgotten());
    assertThat(submit(id(7, 4), 0)).isInstanceOf(Applied.class);
    assertThat(ran).hasSize(3);
  }

  @Test
  void aLateWordOfWhatIsSettledTakesNothingBack() {
    submit(new Stamp(id(7, 4), 0, 4, 0));
    submit(new Stamp(id(7, 5), 0, 2, 0));
    assertThat(submit(id(7, 3), 0)).isEqualTo(new Forgotten());
  }

  @Nested
  class InOrder {
    @Test
    void aRequestWaitsForTheOneThatItFollows() {
      assertThat(submit(new Stamp(id(7, 2), 0, 1, 1))).isEqualTo(new NotApplied());
      assertThat(submit(new Stamp(id(7, 1), 0, 1, 0))).isInstanceOf(Applied.class);
      assertThat(submit(new Stamp(id(7, 2), 0, 1, 1))).isInstanceOf(Applied.class);
      assertThat(ran).containsExactly("2 " + id(7, 1), "3 " + id(7, 2));
    }

    @Test
    void whatWasCancelledOrSettledHadItsTurn() {
      cancel(id(7, 1), 0);
      assertThat(submit(new Stamp(id(7, 2), 0, 1, 1))).isInstanceOf(Applied.class);
      assertThat(submit(new Stamp(id(7, 4), 0, 4, 3))).isInstanceOf(Applied.class);
    }

    @Test
    void aRetryIsAnsweredWhateverItFollows() {
      submit(id(7, 2), 0);
      assertThat(submit(new Stamp(id(7, 2), 0, 1, 1))).isEqualTo(applied(1, id(7, 2)));
    }
  }

  @Nested
  class Expired {
    @Test
    void theLeastRecentlyUsedSessionsGoFirst() {
      limit(TWO_SESSIONS);
      submit(id(1, 1), 0);
      submit(id(2, 1), 0);
      submit(id(1, 2), 0);
      submit(id(3, 1), 0);
      assertThat(table.size()).isEqualTo(2);
      assertThat(table.horizon()).isEqualTo(2);
      assertThat(table.fate(id(1, 1), 0)).isInstanceOf(Applied.class);
      assertThat(table.fate(id(2, 1), 0)).isEqualTo(new Forgotten());
    }

    /// The hard case: the request that opened the session comes again when the session is gone.
    @Test
    void theFirstRequestOfAnExpiredSessionNeverRunsAgain() {
      limit(TWO_SESSIONS);
      others(1);
      RequestId id = id(7, 1);
      long since = index;
      submit(id, since);
      others(2);
      assertThat(table.fate(id, since)).isEqualTo(new Forgotten());
      assertThat(submit(id, since)).isEqualTo(new Forgotten());
      others(5);
      assertThat(submit(id, since)).isEqualTo(new Forgotten());
      assertThat(ran.stream().filter(line -> line.endsWith(id.toString()))).hasSize(1);
    }

    @Test
    void aRefusedRequestOpensNothing() {
      limit(TWO_SESSIONS);
      others(3);
      long horizon = table.horizon();
      submit(id(7, 1), 0);
      assertThat(table.horizon()).isEqualTo(horizon);
      assertThat(submit(id(7, 1), 0)).isEqualTo(new Forgotten());
    }

    @Test
    void aSessionThatIsYoungerThanAllThatWasForgottenIsNew() {
      limit(TWO_SESSIONS);
      others(5);
      assertThat(submit(id(7, 1), table.horizon())).isInstanceOf(Applied.class);
      assertThat(submit(id(8, 1), table.horizon() - 1)).isEqualTo(new Forgotten());
    }

    @Test
    void whileNothingWasForgottenNoSessionIsTooOld() {
      others(100);
      assertThat(table.fate(id(7, 1), 0)).isEqualTo(new NotApplied());
      assertThat(submit(id(7, 1), 0)).isInstanceOf(Applied.class);
    }

    @Test
    void nobodyKnowsOfAnEntryBehindHisOwn() {
      assertThat(submit(id(7, 1), 1)).isEqualTo(new Forgotten());
      assertThat(submit(id(7, 1), Long.MAX_VALUE)).isEqualTo(new Forgotten());
      assertThat(ran).isEmpty();
    }
  }

  @Nested
  class Bounds {
    @Test
    void aSessionThatTakesTooMuchForgetsItsLowestSequences() {
      limit(new SessionLimits(10, Session.BYTES + 1000, 100_000));
      for (long sequence = 1; sequence <= 50; sequence++) {
        submit(id(7, sequence), 0);
        assertThat(table.bytes()).isLessThanOrEqualTo(Session.BYTES + 1000);
      }
      assertThat(submit(id(7, 1), 0)).isEqualTo(new Forgotten());
      assertThat(submit(id(7, 50), 0)).isEqualTo(applied(50, id(7, 50)));
      assertThat(ran).hasSize(50);
    }

    @Test
    void allSessionsTogetherStayInBounds() {
      limit(new SessionLimits(1000, 5_000, 8_000));
      for (int i = 0; i < 500; i++) {
        submit(id(i % 37, 1 + i / 37), 0);
        assertThat(table.bytes()).isLessThanOrEqualTo(8_000);
      }
      assertThat(table.size()).isPositive();
      assertThat(table.horizon()).isPositive();
    }

    @Test
    void thereMustBeRoomForOneSession() {
      assertThatThrownBy(() -> new SessionLimits(0, 1000, 1000))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new SessionLimits(1, 10, 1000))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new SessionLimits(1, 2000, 1000))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Cancel {
    @Test
    void aTombstoneOfANeverOpenedSessionHolds() {
      assertThat(cancel(id(7, 1), 0)).isEqualTo(new Cancelled(new Place(1, 1)));
      assertThat(submit(id(7, 1), 0)).isEqualTo(new Cancelled(new Place(1, 1)));
      assertThat(submit(id(7, 2), 0)).isInstanceOf(Applied.class);
      assertThat(ran).hasSize(1);
    }

    @Test
    void whatRanIsNotCancelledAnyMore() {
      submit(id(7, 1), 0);
      assertThat(cancel(id(7, 1), 0)).isEqualTo(applied(1, id(7, 1)));
    }

    @Test
    void cancelledTwiceItIsTheSame() {
      Fate first = cancel(id(7, 1), 0);
      assertThat(cancel(id(7, 1), 0)).isEqualTo(first);
      assertThat(table.fate(id(7, 1), 0)).isEqualTo(first);
    }

    @Test
    void aTombstoneThatExpiredStillHolds() {
      limit(TWO_SESSIONS);
      others(1);
      long since = index;
      cancel(id(7, 1), since);
      others(3);
      assertThat(submit(id(7, 1), since)).isEqualTo(new Forgotten());
    }

    /// It may have run before it was forgotten; but from now on it does not.
    @Test
    void ofAnExpiredRequestNobodyCanTellButItNeverRunsAgain() {
      limit(TWO_SESSIONS);
      submit(id(7, 1), 0);
      others(2);
      assertThat(cancel(id(7, 1), 0)).isEqualTo(new Forgotten());
      assertThat(submit(id(7, 1), 0)).isEqualTo(new Forgotten());
      assertThat(submit(id(7, 2), 0)).isEqualTo(new Forgotten());
      assertThat(ran.stream().filter(line -> line.endsWith(id(7, 1).toString()))).hasSize(1);
    }

    /// The tombstone opens the session again, and that must not make its old requests new.
    @Test
    void theTombstoneOfAnotherRequestLetsNoOldOneRunAgain() {
      limit(TWO_SESSIONS);
      submit(id(7, 1), 0);
      others(2);
      cancel(id(7, 9), 0);
      assertThat(submit(id(7, 1), 0)).isEqualTo(new Forgotten());
    }

    @Test
    void aSessionThatATombstoneOpenedServesItsClient() {
      limit(TWO_SESSIONS);
      others(4);
      long since = index;
      cancel(id(7, 1), 0);
      assertThat(submit(id(7, 2), since)).isInstanceOf(Applied.class);
    }

    @Test
    void whatIsSettledNeedsNoTombstone() {
      submit(new Stamp(id(7, 4), 0, 4, 0));
      assertThat(cancel(id(7, 2), 0)).isEqualTo(new Forgotten());
    }
  }

  /// The floor can rise no further than there, and a search for a lower request would never end.
  @Test
  void aReplyThatIsTooLargeIsForgottenAtTheLastSequenceToo() {
    limit(new SessionLimits(2, Session.BYTES + 170, 20_000));
    RequestId last = id(7, Long.MAX_VALUE);
    Fate fate = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> submit(last, 0));
    assertThat(fate).isEqualTo(applied(1, last));
    assertThat(table.fate(last, 0)).isEqualTo(new Forgotten());
    assertThat(table.bytes()).isLessThanOrEqualTo(Session.BYTES + 170);
    assertThat(submit(last, 0)).isEqualTo(new Forgotten());
    assertThat(ran).hasSize(1);
  }

  @Test
  void aStampThatNoClientCanMeanIsRefused() {
    assertThatThrownBy(() -> new Stamp(id(7, 1), -1, 1, 0)).hasMessageContaining("cannot have");
    assertThatThrownBy(() -> new Stamp(id(7, 1), 0, 0, 0)).hasMessageContaining("cannot have");
    assertThatThrownBy(() -> new Stamp(id(7, 1), 0, 1, 1)).hasMessageContaining("cannot have");
    assertThatThrownBy(() -> new Stamp(id(7, 0), 0, 1, 0)).hasMessageContaining("cannot have");
  }
}
