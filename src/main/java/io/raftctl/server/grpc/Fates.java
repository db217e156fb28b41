package io.raftctl.server.grpc;

import io.raftctl.node.Outcome;
import io.raftctl.proto.v1.Cancelled;
import io.raftctl.proto.v1.Done;
import io.raftctl.proto.v1.Forgotten;
import io.raftctl.proto.v1.NotApplied;
import io.raftctl.proto.v1.OutcomeReply;
import io.raftctl.raft.EntryId;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.Place;

/// What became of a request, as it stands on the wire.
final class Fates {
  private Fates() {}

  static Done done(EntryId id, Reply reply) {
    return Done.newBuilder()
        .setTerm(id.term())
        .setIndex(id.index())
        .setOk(reply.ok())
        .setReply(reply.text())
        .build();
  }

  static Cancelled cancelled(Fate.Cancelled fate) {
    return Cancelled.newBuilder().setTerm(fate.at().term()).setIndex(fate.at().index()).build();
  }

  static OutcomeReply reply(Outcome.Known known) {
    OutcomeReply.Builder reply = OutcomeReply.newBuilder().setAsOf(known.asOf().index());
    switch (known.fate()) {
      case Fate.Applied(Place at, Reply first) ->
          reply.setApplied(done(new EntryId(at.term(), at.index()), first));
      case Fate.Cancelled cancelled -> reply.setCancelled(cancelled(cancelled));
      case Fate.NotApplied _ -> reply.setNotApplied(NotApplied.getDefaultInstance());
      case Fate.Forgotten _ -> reply.setForgotten(Forgotten.getDefaultInstance());
    }
    return reply.build();
  }
}
