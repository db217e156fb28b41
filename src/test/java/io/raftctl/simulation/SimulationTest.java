package io.raftctl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Message;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.room.Room;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.storage.Demand;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The production loop and storage in a world that breaks.
class SimulationTest {
  private static final long SEEDS = 1000;

  @Test
  @Timeout(
      value = 10,
      unit = TimeUnit.MINUTES) // It ends what hangs, not what a busy machine slows.
  void aThousandSeedsKeepEveryPromise() {
    long[] totals = new long[16];
    LongStream.rangeClosed(1, SEEDS)
        .parallel()
        .mapToObj(Simulation::run)
        .forEachOrdered(
            report -> {
              totals[0] += report.acknowledged();
              totals[1] += report.reads();
              totals[2] += report.lost();
              totals[3] += report.unknown();
              totals[4] += report.repeated();
              totals[5] += report.expired();
              totals[6] += report.installs();
              totals[7] += report.changes();
              totals[8] += report.rejoins();
              totals[9] += report.heals();
              totals[10] += report.repairs();
              totals[11] += report.wipes();
              totals[12] += report.fallbacks();
              totals[13] += report.joins();
              totals[14] += report.dismissals();
              totals[15] += report.moves();
            });
    // A world in which nothing happens keeps every promise, too.
    SoftAssertions all = new SoftAssertions();
    all.assertThat(totals[0]).as("writes acknowledged").isGreaterThan(50 * SEEDS);
    all.assertThat(totals[1]).as("reads answered").isGreaterThan(20 * SEEDS);
    all.assertThat(totals[2]).as("messages lost").isGreaterThan(100 * SEEDS);
    all.assertThat(totals[3]).as("unknown outcomes").isGreaterThan(SEEDS / 2);
    all.assertThat(totals[4]).as("writes done after a retry in doubt").isGreaterThan(3 * SEEDS);
    all.assertThat(totals[5]).as("answers of expired sessions").isGreaterThan(10 * SEEDS);
    all.assertThat(totals[6]).as("snapshots of leaders installed").isGreaterThan(SEEDS);
    all.assertThat(totals[7]).as("changes of the members").isGreaterThan(SEEDS);
    all.assertThat(totals[8]).as("lost terms and votes made good").isGreaterThan(SEEDS / 4);
    all.assertThat(totals[9]).as("full disks that had room again").isGreaterThan(SEEDS / 2);
    all.assertThat(totals[10]).as("damaged entries that came back").isGreaterThan(SEEDS / 5);
    all.assertThat(totals[11]).as("disks lost").isGreaterThan(SEEDS / 20);
    all.assertThat(totals[12]).as("rotten snapshots done without").isGreaterThan(SEEDS / 10);
    all.assertThat(totals[13]).as("nodes that joined and vote").isGreaterThan(SEEDS / 10);
    all.assertThat(totals[14])
        .as("nodes that joined and never caught up")
        .isGreaterThan(SEEDS / 20);
    all.assertThat(totals[15]).as("addresses of members that changed").isGreaterThan(SEEDS / 10);
    all.assertAll();
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    for (long seed = 1; seed <= 5; seed++) {
      assertThat(Simulation.run(seed)).isEqualTo(Simulation.run(seed));
    }
    assertThat(Simulation.run(1).traceHash()).isNotEqualTo(Simulation.run(2).traceHash());
  }

  /// Bugs put in on purpose: a simulator that finds none of them proves nothing.
  @Nested
  class Finds {
    @Test
    void aSyncThatDoesNothing() {
      assertThat(firstFailure(new LyingDisk())).contains("durability").contains("--seed");
    }

    @Test
    void aVoterThatVotesForEverybody() {
      String failure =
          firstFailure(
              onMessages(
                  message ->
                      message instanceof Message.VoteReply vote
                          ? new Message.VoteReply(vote.from(), vote.to(), vote.term(), true)
                          : message));
      assertThat(failure).containsAnyOf("one vote", "election safety");
    }

    @Test
    void anAcceptanceOfMoreThanIsSynced() {
      String failure =
          firstFailure(
              onMessages(
                  message ->
                      message instanceof Message.AppendAccepted accepted
                          ? new Message.AppendAccepted(
                              accepted.from(),
                              accepted.to(),
                              accepted.term(),
                              accepted.matchIndex() + 1,
                              accepted.heldIndex() + 1,
                              accepted.counts())
                          : message));
      assertThat(failure).containsAnyOf("commit:", "leader completeness", "state machine safety");
    }

    @Test
    void aHeartbeatThatCommitsMoreThanIsKnownToMatch() {
      String failure =
          firstFailure(
              onMessages(
                  message ->
                      message instanceof Message.Heartbeat beat
                          ? new Message.Heartbeat(
                              beat.from(), beat.to(), beat.term(), beat.round(), 1_000_000)
                          : message));
      assertThat(failure).containsAnyOf("commit:", "state machine safety");
    }

    @Test
    void aClusterThatNeverAgreesOnALeader() {
      String failure =
          firstFailure(
              onMessages(
                  message ->
                      message instanceof Message.VoteReply vote
                          ? new Message.VoteReply(vote.from(), vote.to(), vote.term(), false)
                          : message));
      assertThat(failure).contains("convergence: no agreement");
    }

    @Test
    void sessionsThatRememberNothing() {
      assertFound(
          onCommands((once, _) -> new SessionCommand.Plain(once.id(), once.command())), "once:");
    }

    /// As where a session that is not known is always taken for a new one.
    @Test
    void anExpiredSessionTakenForANewOne() {
      assertFound(
          onCommands(
              (once, commitIndex) -> {
                Stamp stamp = once.stamp();
                return new SessionCommand.Once(
                    new Stamp(once.id(), commitIndex, stamp.settledBelow(), stamp.after()),
                    once.command());
              }),
          "once:");
    }

    @Test
    void aClientWhoseOrderIsNotKept() {
      assertThat(
              firstFailure(
                  onCommands(
                      (once, _) ->
                          new SessionCommand.Once(
                              Stamp.first(once.id(), once.stamp().since()), once.command()))))
          .contains("order:");
    }

    /// As where nobody could tell an emptied data directory from the one before it.
    @Test
    void aWipedDiskThatIsTrusted() {
      Sabotage trusting =
          new Sabotage() {
            @Override
            public long incarnation(long drawn) {
              return 7;
            }
          };
      assertThat(firstFailure(trusting)).containsAnyOf("commit:", "leader completeness");
    }

    @Test
    void aTombstoneThatIsNotPut() {
      Sabotage forgetful =
          new Sabotage() {
            @Override
            public SessionCommand proposed(SessionCommand command, long commitIndex) {
              return command instanceof SessionCommand.Cancel(RequestId id, long since)
                  ? new SessionCommand.Cancel(new RequestId(id.session(), 1_000_000), since)
                  : command;
            }
          };
      assertThat(firstFailure(forgetful)).containsAnyOf("refused and applied", "acknowledged:");
    }

    /// Some seed finds it, by this promise.
    private void assertFound(Sabotage sabotage, String promise) {
      boolean found = false;
      for (long seed = 1; seed <= SEEDS && !found; seed++) {
        try {
          Simulation.run(seed, sabotage);
        } catch (SimulationFailure e) {
          found = String.valueOf(e.getMessage()).contains(promise);
        }
      }
      assertThat(found).as("a seed that found it by '%s'", promise).isTrue();
    }

    private Sabotage onCommands(BiFunction<SessionCommand.Once, Long, SessionCommand> change) {
      return new Sabotage() {
        @Override
        public SessionCommand proposed(SessionCommand command, long commitIndex) {
          return command instanceof SessionCommand.Once once
              ? change.apply(once, commitIndex)
              : command;
        }
      };
    }

    private String firstFailure(Sabotage sabotage) {
      List<String> found = new ArrayList<>();
      for (long seed = 1; seed <= SEEDS && found.isEmpty(); seed++) {
        try {
          Simulation.run(seed, sabotage);
        } catch (SimulationFailure e) {
          found.add(e.getMessage());
        }
      }
      assertThat(found).as("seeds that found the bug").isNotEmpty();
      return found.getFirst();
    }

    private Sabotage onMessages(UnaryOperator<Message> change) {
      return new Sabotage() {
        @Override
        public Message sent(Message message) {
          return change.apply(message);
        }
      };
    }
  }

  /// A disk that says that it has synced and has not.
  private static final class LyingDisk implements Sabotage {
    @Override
    public LogStore store(LogStore store) {
      return new LogStore() {
        @Override
        public void repair(List<Entry> entries) {
          store.repair(entries);
        }

        @Override
        public Room reserve(Demand demand) {
          return store.reserve(demand);
        }

        @Override
        public boolean startsAnew() {
          return store.startsAnew();
        }

        @Override
        public void makeRoom() {
          store.makeRoom();
        }

        @Override
        public boolean giveUpSpares() {
          return store.giveUpSpares();
        }

        @Override
        public void startAfter(EntryId last) {
          store.startAfter(last);
        }

        @Override
        public void compact(long last) {
          store.compact(last);
        }

        @Override
        public void sync() {}

        @Override
        public HardState hardState() {
          return store.hardState();
        }

        @Override
        public TermRuns terms() {
          return store.terms();
        }

        @Override
        public List<Entry> read(long from, long to, long bytesMax) {
          return store.read(from, to, bytesMax);
        }

        @Override
        public void write(@Nullable HardState hardState, List<Entry> entries) {
          store.write(hardState, entries);
        }

        @Override
        public void close() {
          store.close();
        }
      };
    }
  }
}
