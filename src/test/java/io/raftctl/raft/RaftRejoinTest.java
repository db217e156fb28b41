package io.raftctl.raft;

import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.heartbeat;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.nodes;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message.AppendAccepted;
import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.Message.HeartbeatReply;
import io.raftctl.raft.Message.RequestTerm;
import io.raftctl.raft.Message.TermReply;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A node whose disk has lost its term and vote ([io.raftctl.raft.rejoin]): what it must not do
/// before it is safe, and when it is.
class RaftRejoinTest {
  private static final RaftConfig.Features ALL = RaftConfig.Features.DEFAULT;

  /// Node 1 of three, with a log of term 2.
  private final CoreNode node = forgetful(1, 3, "1 2");

  private static CoreNode forgetful(int node, int nodes, String terms) {
    RaftConfig config = Shorthand.config(node, nodes, ALL, RaftConfig.Limits.DEFAULT);
    return new CoreNode(config, HardState.LOST, Shorthand.log(terms));
  }

  @Test
  void itNeverVotesTwice() {
    node.receive(requestVote(2, 1, 3, at(9, 2)));
    node.tick(ELECTION_TICKS);
    node.receive(requestVote(2, 1, 4, at(9, 2)));
    assertThat(sent(Message.VoteReply.class)).isNotEmpty().noneMatch(Message.VoteReply::granted);
  }

  @Test
  void itPromisesNobodyAVote() {
    node.tick(2 * ELECTION_TICKS);
    node.takeSent();
    node.receive(new Message.RequestPreVote(id(2), id(1), 2, at(9, 2)));
    assertThat(sent(Message.PreVoteReply.class))
        .singleElement()
        .returns(false, Message.PreVoteReply::granted);
  }

  @Test
  void itNeverCampaigns() {
    node.tick(10 * ELECTION_TICKS);
    assertThat(node.raft().role()).isEqualTo("follower");
    node.receive(heartbeat(2, 1, 3, 1, 0));
    node.receive(new Message.TimeoutNow(id(2), id(1), 3));
    assertThat(node.raft().role()).isEqualTo("follower");
  }

  @Test
  void itConfirmsNoRoundOfItsLeader() {
    node.receive(heartbeat(2, 1, 3, 7, 0));
    assertThat(node.raft().leader()).isEqualTo(id(2));
    assertThat(sent(HeartbeatReply.class)).isEmpty();
  }

  @Test
  void itTakesEntriesAndSaysThatNothingMayRestOnThem() {
    node.receive(append(2, 1, 3, at(2, 2), "3:x", 0));
    assertThat(node.log()).isEqualTo("1 2 3:x");
    assertThat(sent(AppendAccepted.class))
        .containsExactly(new AppendAccepted(id(1), id(2), 3, 3, 3, false));
  }

  @Test
  void aLeaderCommitsNothingOnItsWord() {
    CoreNode leader = CoreNode.of(1, 3, "1");
    leader.timeout();
    leader.receive(vote(2, 1, 2, true));
    assertThat(leader.raft().leads()).isTrue();
    leader.receive(new AppendAccepted(id(2), id(1), 2, 2, 2, false));
    assertThat(leader.raft().commitIndex()).isZero();
    leader.receive(new AppendAccepted(id(2), id(1), 2, 2, 2, true));
    assertThat(leader.raft().commitIndex()).isEqualTo(2);
  }

  @Test
  void aLeaderThatHearsOnlyItStepsDown() {
    CoreNode leader = CoreNode.of(1, 3, new RaftConfig.Features(false, true), "");
    leader.timeout();
    leader.receive(vote(2, 1, 1, true));
    assertThat(leader.raft().leads()).isTrue();
    for (int tick = 0; tick < 2 * ELECTION_TICKS; tick++) {
      leader.tick(1);
      leader.receive(new AppendAccepted(id(2), id(1), 1, 1, 1, false));
    }
    assertThat(leader.raft().leads()).isFalse();
  }

  @Test
  void itWritesNoHardStateThatWouldHideTheLoss() {
    node.receive(heartbeat(2, 1, 7, 1, 0));
    node.crash();
    node.restart();
    assertThat(node.disk.hardState().lost()).isTrue();
    assertThat(node.raft().awaitedTerms()).isEqualTo(nodes("2,3"));
  }

  @Test
  void aMajorityIsNotEnough() {
    long number = question();
    node.receive(reply(2, 5, number, "1,2,3"));
    assertThat(node.raft().awaitedTerms()).isEqualTo(nodes("3"));
    node.receive(requestVote(2, 1, 6, at(9, 5)));
    assertThat(sent(Message.VoteReply.class)).noneMatch(Message.VoteReply::granted);
  }

  @Test
  void onceAllHaveToldTheirTermsItVotesInLaterOnesOnly() {
    long number = question();
    node.receive(reply(2, 5, number, "1,2,3"));
    node.receive(reply(3, 4, number, "1,2,3"));
    assertThat(node.raft().awaitedTerms()).isNull();
    assertThat(node.disk.syncedHardState()).isEqualTo(new HardState(5, id(1)));
    node.tick(ELECTION_TICKS); // Whoever it heard right before the loss may rest a lease on it.
    node.takeSent();
    node.receive(requestVote(2, 1, 5, at(9, 5)));
    node.receive(requestVote(3, 1, 6, at(9, 5)));
    assertThat(sent(Message.VoteReply.class))
        .containsExactly(vote(1, 2, 5, false), vote(1, 3, 6, true));
  }

  @Test
  void aLeaderOfALaterTermHasItsFollowerBackAtOnce() {
    long number = question();
    node.receive(heartbeat(2, 1, 6, 1, 0));
    node.receive(reply(2, 5, number, "1,2,3"));
    node.receive(reply(3, 5, number, "1,2,3"));
    node.receive(append(2, 1, 6, at(2, 2), "6:x", 0));
    assertThat(node.disk.syncedHardState()).isEqualTo(new HardState(6, null));
    assertThat(sent(AppendAccepted.class))
        .containsExactly(new AppendAccepted(id(1), id(2), 6, 3, 3, true));
  }

  @Test
  void anAnswerToAnEarlierLifeCountsForNothing() {
    long number = question();
    node.crash();
    node.restart();
    node.receive(reply(2, 5, number, "1,2,3"));
    node.receive(reply(3, 5, number, "1,2,3"));
    assertThat(node.raft().awaitedTerms()).isEqualTo(nodes("2,3"));
  }

  @Test
  void membersThatOnlyTheOthersKnowAreAskedToo() {
    long number = question();
    node.receive(reply(2, 5, number, "1,2,3,4"));
    node.receive(reply(3, 5, number, "1,2,3"));
    assertThat(node.raft().awaitedTerms()).isEqualTo(nodes("4"));
  }

  @Test
  void itOwesItsOldLeaderAnElectionTimeout() {
    long number = question();
    node.receive(reply(2, 5, number, "1,2,3"));
    node.receive(reply(3, 5, number, "1,2,3"));
    node.takeSent();
    node.receive(requestVote(3, 1, 6, at(9, 5)));
    assertThat(node.takeSent()).isEmpty();
  }

  @Test
  void twoThatForgotCannotHelpEachOther() {
    node.receive(new RequestTerm(id(2), id(1), 2, 77));
    assertThat(sent(TermReply.class)).isEmpty();
  }

  @Test
  void aNodeThatRemembersTellsItsTermOnceItIsSynced() {
    CoreNode other = CoreNode.of(2, 3, "1");
    other.slowDisk();
    other.timeout();
    other.takeSent();
    other.receive(new RequestTerm(id(1), id(2), 0, 77));
    assertThat(other.takeSent()).isEmpty();
    other.sync();
    assertThat(other.takeSent())
        .contains(new TermReply(id(2), id(1), 2, 77, List.copyOf(nodes("1,2,3")), Map.of()));
  }

  @Test
  void aClusterOfOneGoesOnByItself() {
    CoreNode alone = forgetful(1, 1, "1 2");
    alone.tick(1);
    assertThat(alone.raft().awaitedTerms()).isNull();
    alone.timeout();
    assertThat(alone.raft().leads()).isTrue();
    assertThat(alone.raft().term()).isEqualTo(3);
  }

  /// Nobody else knows its term: what it had sent and not synced, it could send again in the same
  /// term with something else in it.
  @Test
  void aLeaderByItsOwnVoteAloneSendsNothingThatItsOwnDiskDoesNotHave() {
    CoreNode alone = CoreNode.of(1, 1, "1:{1+~2-}");
    alone.slowDisk();
    alone.timeout();
    alone.sync();
    assertThat(alone.raft().leads()).isTrue();
    assertThat(alone.takeSent()).noneMatch(AppendEntries.class::isInstance);
    alone.sync();
    assertThat(alone.takeSent())
        .filteredOn(AppendEntries.class::isInstance)
        .containsExactly(append(1, 2, 2, at(1, 1), "2", 2));
  }

  /// The number under which node 1 asks.
  private long question() {
    node.takeSent();
    node.tick(Shorthand.HEARTBEAT_TICKS);
    List<RequestTerm> asked = sent(RequestTerm.class);
    assertThat(asked).extracting(Message::to).contains(id(2), id(3));
    return asked.getFirst().number();
  }

  private static TermReply reply(int from, long term, long number, String members) {
    return new TermReply(id(from), id(1), term, number, List.copyOf(nodes(members)), Map.of());
  }

  private <M extends Message> List<M> sent(Class<M> kind) {
    return node.takeSent().stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
