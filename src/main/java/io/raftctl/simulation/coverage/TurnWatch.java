package io.raftctl.simulation.coverage;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.Raft;
import io.raftctl.raft.members.Configuration;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sees what the turns of one node come to, a turn after the other.
public final class TurnWatch {
  private static final int MANY = 20;

  private final Coverage coverage;

  /// Of the turn that is under way.
  private @Nullable InputKind input;

  private final EnumSet<Consequence> consequences = EnumSet.noneOf(Consequence.class);

  /// What the node was before it.
  private RoleKind role = RoleKind.DOWN;

  private long term;
  private EntryId last = EntryId.NONE;
  private long firstIndex;
  private long commitIndex;
  private Configuration members = Configuration.EMPTY;

  public TurnWatch(Coverage coverage) {
    this.coverage = coverage;
  }

  public void begins(Raft raft, List<Input> inputs) {
    input = InputKind.only(inputs);
    consequences.clear();
    role = RoleKind.of(raft);
    term = raft.term();
    last = raft.last();
    firstIndex = raft.firstIndex();
    commitIndex = raft.commitIndex();
    members = raft.members();
  }

  /// Messages leave in this turn.
  public void sends(List<Message> messages) {
    for (Message message : messages) {
      consequences.add(Consequence.SENT);
      if (message instanceof Message.AppendRejected) {
        consequences.add(Consequence.REJECTED);
      } else if ((message instanceof Message.VoteReply vote && vote.granted())
          || (message instanceof Message.PreVoteReply promise && promise.granted())) {
        consequences.add(Consequence.GRANTED);
      }
    }
  }

  /// A client is refused in this turn.
  public void refuses() {
    consequences.add(Consequence.REFUSED);
  }

  public void ends(Raft raft) {
    RoleKind now = RoleKind.of(raft);
    watchTerm(raft, now);
    watchLog(raft);
    if (raft.commitIndex() > commitIndex) {
      consequences.add(Consequence.COMMITTED);
      watchCommit(raft);
    }
    if (!raft.members().equals(members)) {
      consequences.add(Consequence.MEMBERS_CHANGED);
      if (raft.members().joint()) {
        coverage.reach(Mark.JOINT_CONFIGURATION);
      }
      if (raft.leads() && !raft.members().votes(raft.id())) {
        coverage.reach(Mark.REMOVED_LEADER);
      }
    }
    if (consequences.isEmpty()) {
      consequences.add(Consequence.NOTHING);
    }
    coverage.step(role, input, consequences);
  }

  private void watchTerm(Raft raft, RoleKind now) {
    boolean sameTerm = raft.term() == term;
    if (!sameTerm) {
      consequences.add(Consequence.TERM_BEGAN);
    }
    if (now == role) {
      if (now == RoleKind.CANDIDATE && !sameTerm) {
        coverage.reach(Mark.ELECTION_WITHOUT_WINNER);
      }
      return;
    }
    consequences.add(became(now));
    boolean yields = now == RoleKind.FOLLOWER || now == RoleKind.LEARNER;
    if (role == RoleKind.LEADER && yields) {
      coverage.reach(sameTerm ? Mark.LEADER_UNHEARD : Mark.LEADER_DEPOSED);
    } else if (role == RoleKind.CANDIDATE && yields && sameTerm) {
      coverage.reach(Mark.CANDIDATE_YIELDS);
    } else if (role == RoleKind.PRE_CANDIDATE && yields) {
      coverage.reach(Mark.CANVASSER_YIELDS);
    }
  }

  private static Consequence became(RoleKind role) {
    return switch (role) {
      case DOWN -> throw new AssertionError("a node that is down takes no turn");
      case FOLLOWER -> Consequence.FOLLOWS;
      case LEARNER -> Consequence.LEARNS;
      case PRE_CANDIDATE -> Consequence.CANVASSES;
      case CANDIDATE -> Consequence.CAMPAIGNS;
      case LEADER -> Consequence.LEADS;
    };
  }

  private void watchLog(Raft raft) {
    EntryId now = raft.last();
    if (raft.firstIndex() != firstIndex) {
      boolean goesOn = raft.firstIndex() - 1 <= last.index();
      consequences.add(goesOn ? Consequence.COMPACTED : Consequence.INSTALLED);
    }
    if (now.equals(last)) {
      return;
    }
    boolean reaches = now.index() >= last.index();
    boolean known = last.index() >= raft.firstIndex() - 1;
    if (!reaches || (known && !raft.idAt(last.index()).equals(last))) {
      consequences.add(Consequence.REPLACED);
      coverage.reach(Mark.ENTRIES_REPLACED);
    } else if (known) {
      consequences.add(Consequence.APPENDED);
    }
  }

  private void watchCommit(Raft raft) {
    if (raft.commitIndex() - commitIndex >= MANY) {
      coverage.reach(Mark.MANY_COMMITTED);
    }
    long first = commitIndex + 1;
    if (raft.leads() && first >= raft.firstIndex() && raft.idAt(first).term() < raft.term()) {
      coverage.reach(Mark.OLDER_TERM_COMMITTED);
    }
  }
}
