package io.raftctl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.script.Script.Scene;
import io.raftctl.simulation.witness.Witnesses;
import io.raftctl.statemachine.session.SessionCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is left of runs that fail, with bugs put in on purpose.
class ShrinkTest {
  private static final long SEEDS = 1000;

  /// A bug, and what it takes to show it.
  ///
  /// @param actsMax so many requests and faults
  record Bug(String what, Sabotage sabotage, int actsMax) {
    SimulationFailure firstFailure() {
      for (long seed = 1; seed <= SEEDS; seed++) {
        SimulationFailure failure = failure(seed);
        if (failure != null) {
          return failure;
        }
      }
      throw new AssertionError("no seed shows " + this);
    }

    @Nullable SimulationFailure failure(long seed) {
      try {
        Simulation.run(seed, Choice.NONE, Witnesses.none(), sabotage);
        return null;
      } catch (SimulationFailure e) {
        return e;
      }
    }

    String broken(Script script) {
      try {
        Simulation.run(script, Witnesses.none(), sabotage);
        return "";
      } catch (SimulationFailure e) {
        return e.invariant();
      }
    }
  }

  private static final Bug NOTHING_IS_SYNCED =
      new Bug("a write, and a node whose power fails", new LyingDisk(), 4);

  private static List<Bug> bugs() {
    return List.of(
        NOTHING_IS_SYNCED,
        new Bug(
            "each vote is granted: candidates at one time",
            onMessages(
                message ->
                    message instanceof Message.VoteReply vote
                        ? new Message.VoteReply(vote.from(), vote.to(), vote.term(), true)
                        : message),
            4),
        new Bug(
            "more is accepted than is synced: two nodes and the first entry",
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
                        : message),
            0),
        new Bug(
            "no vote is granted: two nodes",
            onMessages(
                message ->
                    message instanceof Message.VoteReply vote
                        ? new Message.VoteReply(vote.from(), vote.to(), vote.term(), false)
                        : message),
            0),
        new Bug(
            "sessions remember nothing: two requests, or one that is sent twice",
            new Sabotage() {
              @Override
              public SessionCommand proposed(SessionCommand command, long commitIndex) {
                return command instanceof SessionCommand.Once once
                    ? new SessionCommand.Plain(once.id(), once.command())
                    : command;
              }
            },
            4));
  }

  private static Sabotage onMessages(UnaryOperator<Message> change) {
    return new Sabotage() {
      @Override
      public Message sent(Message message) {
        return change.apply(message);
      }
    };
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void whatIsLeftBreaksTheSamePromiseAndIsSmall(Bug bug) {
    SimulationFailure failure = bug.firstFailure();

    List<Long> sizes = new ArrayList<>();
    Script left =
        Simulation.shrink(failure, smaller -> sizes.add(smaller.count(_ -> true)), bug.sabotage)
            .script();

    assertThat(bug.broken(failure.script())).isEqualTo(failure.invariant());
    assertThat(bug.broken(left)).isEqualTo(failure.invariant());
    assertThat(left.count(_ -> true)).isLessThanOrEqualTo(bug.actsMax);
    assertThat(left.world().nodes()).isLessThanOrEqualTo(3);
    assertThat(left.world().links().lossRate()).isZero();
    assertThat(sizes).isSortedAccordingTo((one, other) -> Long.compare(other, one));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void nothingOfItCanBeLeftOut(Bug bug) {
    SimulationFailure failure = bug.firstFailure();
    Script left = Simulation.shrink(failure, _ -> {}, bug.sabotage).script();

    for (Scene scene : left.scenes()) {
      for (Act act : scene.acts()) {
        List<Scene> others =
            left.scenes().stream().map(it -> it.equals(scene) ? without(it, act) : it).toList();
        Script less =
            new Script(left.seed(), left.world(), others, left.endMicros(), left.settles());
        assertThat(bug.broken(less)).as("without %s", act).isNotEqualTo(failure.invariant());
      }
    }
  }

  private static Scene without(Scene scene, Act act) {
    List<Act> acts = new ArrayList<>(scene.acts());
    acts.remove(act);
    return new Scene(scene.micros(), acts);
  }

  /// A script that breaks nothing is left as it is, after as many runs as it takes to see that.
  @Test
  void whatDoesNotFailAgainStaysWhole() {
    SimulationFailure failure = NOTHING_IS_SYNCED.firstFailure();

    assertThat(Simulation.shrink(failure, _ -> {}).script()).isEqualTo(failure.script());
  }
}
