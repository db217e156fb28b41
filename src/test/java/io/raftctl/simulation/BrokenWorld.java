package io.raftctl.simulation;

import io.raftctl.raft.Message;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.witness.Witnesses;

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
}
