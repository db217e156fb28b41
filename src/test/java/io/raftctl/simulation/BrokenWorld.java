package io.raftctl.simulation;

import io.raftctl.raft.Message;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.witness.Witnesses;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Worlds in which every voter votes for everybody, for tests of those who run seeds.
public final class BrokenWorld {
  private static final Sabotage EVERY_VOTE_IS_GRANTED =
      new Sabotage() {
        @Override
        public Message sent(Message message) {
          return message instanceof Message.VoteReply vote
              ? new Message.VoteReply(vote.from(), vote.to(), vote.term(), true)
              : message;
        }
      };

  private BrokenWorld() {}

  public static Simulation.Report run(long seed, Choice choice, Witnesses witnesses) {
    return Simulation.run(seed, choice, witnesses, EVERY_VOTE_IS_GRANTED);
  }

  public static Simulation.Shrunk shrink(SimulationFailure failure, Consumer<Script> progress) {
    return Simulation.shrink(failure, progress, EVERY_VOTE_IS_GRANTED);
  }

  /// A world of a script.
  public static SimulatedStage stage(
      long seed, WorldConfig config, @Nullable Consumer<String> trace) {
    Witnesses none = Witnesses.none();
    Witnesses witnesses = new Witnesses(none.coverage(), trace, none.history());
    SimulatedStage stage = new SimulatedStage(seed, config, witnesses, EVERY_VOTE_IS_GRANTED);
    stage.begin();
    return stage;
  }
}
