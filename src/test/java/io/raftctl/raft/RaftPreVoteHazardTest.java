package io.raftctl.raft;

import static io.raftctl.raft.kit.Shorthand.heartbeat;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.kit.CoreNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How asking before an election goes wrong (thesis §9.6): a promise that binds nobody must not be
/// taken for a vote, nor touch one, nor outlive the question. What it is for is in
/// [RaftThesisTest].
class RaftPreVoteHazardTest {
  private final CoreNode node = CoreNode.of(1, 3, new RaftConfig.Features(true, false), "");

  @BeforeEach
  void voteFor2InTerm2() {
    node.receive(requestVote(2, 1, 2, EntryId.NONE));
    assertThat(node.takeSent()).containsExactly(vote(1, 2, 2, true));
  }

  private static Message.PreVoteReply promise(int from, long term, long askedTerm) {
    return new Message.PreVoteReply(id(from), id(1), term, askedTerm, true);
  }

  private void refusesARivalOfTheSameTerm() {
    node.takeSent();
    node.receive(requestVote(3, 1, 2, EntryId.NONE));
    assertThat(node.takeSent()).containsExactly(vote(1, 3, 2, false));
  }

  @Test
  void whoeverPromisesAVoteKeepsTheOneThatItGave() {
    node.receive(new Message.RequestPreVote(id(3), id(1), 2, EntryId.NONE));
    assertThat(node.takeSent()).containsExactly(new Message.PreVoteReply(id(1), id(3), 2, 2, true));
    refusesARivalOfTheSameTerm();
  }

  @Test
  void whoeverAsksForPromisesKeepsTheVoteThatItGave() {
    node.timeout();
    assertThat(node.raft().role()).isEqualTo("pre-candidate");
    node.receive(heartbeat(2, 1, 2, 1, 0));
    refusesARivalOfTheSameTerm();
    node.crash();
    node.restart();
    refusesARivalOfTheSameTerm();
  }

  /// canonical/raft#196: a promise that came twice, or late, was counted as a vote.
  @Test
  void aPromiseThatComesAgainIsNoVote() {
    node.timeout();
    node.receive(promise(2, 2, 2));
    assertThat(node.raft().role()).isEqualTo("candidate");
    node.receive(promise(2, 2, 2));
    node.receive(promise(3, 2, 2));
    node.receive(promise(3, 3, 3));
    assertThat(node.raft().role()).isEqualTo("candidate");
  }

  @Test
  void aPromiseForATermThatIsOverIsNone() {
    node.timeout();
    node.receive(vote(3, 1, 5, false));
    node.timeout();
    assertThat(node.raft().role()).isEqualTo("pre-candidate");
    node.receive(promise(2, 2, 2));
    assertThat(node.raft().role()).isEqualTo("pre-candidate");
    assertThat(node.raft().term()).isEqualTo(5);
    node.receive(promise(2, 5, 5));
    assertThat(node.raft().term()).isEqualTo(6);
  }
}
