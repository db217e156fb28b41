package io.raftctl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message;
import io.raftctl.simulation.config.Swarm;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.witness.Witnesses;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The production loop and storage in a world that breaks.
class SimulationTest {
  private static final long SEEDS = 1000;

  /// What happened in all seeds together.
  private record Total(String what, ToLongFunction<Simulation.Report> of, long least) {}

  private record Run(Simulation.Report report, List<Mark> missed) {}

  private static final List<Total> TOTALS =
      List.of(
          new Total("writes acknowledged", Simulation.Report::acknowledged, 50 * SEEDS),
          new Total("reads answered", Simulation.Report::reads, 20 * SEEDS),
          new Total("messages lost", Simulation.Report::lost, 100 * SEEDS),
          new Total("unknown outcomes", Simulation.Report::unknown, SEEDS / 2),
          new Total("writes done after a retry in doubt", Simulation.Report::repeated, 3 * SEEDS),
          new Total("answers of expired sessions", Simulation.Report::expired, 10 * SEEDS),
          new Total("snapshots of leaders installed", Simulation.Report::installs, SEEDS),
          new Total("changes of the members", Simulation.Report::changes, SEEDS),
          new Total("lost terms and votes made good", Simulation.Report::rejoins, SEEDS / 4),
          new Total("full disks that had room again", Simulation.Report::heals, SEEDS / 2),
          new Total("damaged entries that came back", Simulation.Report::repairs, SEEDS / 5),
          new Total("misdirected writes that hit", Simulation.Report::misdirections, SEEDS / 15),
          new Total("entries back from these", Simulation.Report::misdirectedRepairs, SEEDS / 8),
          new Total("disks lost", Simulation.Report::wipes, SEEDS / 20),
          new Total("rotten snapshots done without", Simulation.Report::fallbacks, SEEDS / 10),
          new Total("lost snapshots replaced", Simulation.Report::replaced, SEEDS / 100),
          new Total("nodes that joined and vote", Simulation.Report::joins, SEEDS / 10),
          new Total("joiners that never caught up", Simulation.Report::dismissals, SEEDS / 20),
          new Total("addresses that changed", Simulation.Report::moves, SEEDS / 10),
          new Total("disks that hung and went on", Simulation.Report::hangs, SEEDS / 2),
          new Total("disks that hung for good", Simulation.Report::killedHangs, SEEDS / 4),
          new Total("leaders that left a hanging disk", Simulation.Report::handovers, SEEDS / 50),
          new Total("own snapshots without room", Simulation.Report::refusedWriting, SEEDS / 50),
          new Total("sent snapshots without room", Simulation.Report::refusedReceiving, SEEDS / 50),
          new Total("installations on a full disk", Simulation.Report::fullInstalls, SEEDS / 50));

  @Test
  @Timeout(
      value = 10,
      unit = TimeUnit.MINUTES) // It ends what hangs, not what a busy machine slows.
  void aThousandSeedsKeepEveryPromise() {
    List<Run> runs =
        LongStream.rangeClosed(1, SEEDS).parallel().mapToObj(SimulationTest::run).toList();
    // A world in which nothing happens keeps every promise, too.
    SoftAssertions all = new SoftAssertions();
    for (Total total : TOTALS) {
      all.assertThat(runs.stream().map(Run::report).mapToLong(total.of).sum())
          .as(total.what)
          .isGreaterThan(total.least);
    }
    EnumSet<Mark> missed = EnumSet.allOf(Mark.class);
    runs.forEach(run -> missed.retainAll(run.missed));
    all.assertThat(missed).as("marks that no seed has reached").isEmpty();
    all.assertAll();
  }

  private static Run run(long seed) {
    Witnesses witnesses = Witnesses.none();
    Simulation.Report report = Simulation.run(seed, Choice.NONE, witnesses);
    return new Run(report, witnesses.coverage().marksMissed());
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

    /// As where the word to the heir is lost: others commit, and wait for a disk that hangs.
    @Test
    void aLeaderThatKeepsItsLeadershipAlthoughItsDiskHangs() {
      assertFound(
          onMessages(
              message ->
                  message instanceof Message.TimeoutNow word
                      ? new Message.VoteReply(word.from(), word.to(), word.term(), false)
                      : message),
          config -> config.has(Trouble.HANGING_DISKS) && config.isConnected() && config.nodes() > 2,
          "liveness:");
    }

    @Test
    void sessionsThatRememberNothing() {
      assertFound(
          onCommands((once, _) -> new SessionCommand.Plain(once.id(), once.command())),
          _ -> true,
          "once:");
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
          _ -> true,
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

    /// Some seed with such a world finds it, by this promise.
    private void assertFound(Sabotage sabotage, Predicate<WorldConfig> worlds, String promise) {
      boolean found = false;
      for (long seed = 1; seed <= SEEDS && !found; seed++) {
        if (worlds.test(Swarm.of(seed).world())) {
          try {
            Simulation.run(seed, sabotage);
          } catch (SimulationFailure e) {
            found = String.valueOf(e.getMessage()).contains(promise);
          }
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
}
