package io.raftctl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Message;
import io.raftctl.raft.TermRuns;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The production loop and storage in a world that breaks.
class SimulationTest {
  private static final long SEEDS = 200;

  @Test
  void twoHundredSeedsKeepEveryPromise() {
    long[] totals = new long[4];
    LongStream.rangeClosed(1, SEEDS)
        .parallel()
        .mapToObj(Simulation::run)
        .forEachOrdered(
            report -> {
              totals[0] += report.acknowledged();
              totals[1] += report.reads();
              totals[2] += report.lost();
              totals[3] += report.unknown();
            });
    // A world in which nothing happens keeps every promise, too.
    assertThat(totals[0]).as("writes acknowledged").isGreaterThan(50 * SEEDS);
    assertThat(totals[1]).as("reads answered").isGreaterThan(20 * SEEDS);
    assertThat(totals[2]).as("messages lost").isGreaterThan(100 * SEEDS);
    assertThat(totals[3]).as("unknown outcomes").isGreaterThan(SEEDS / 2);
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
                              accepted.matchIndex() + 1)
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
