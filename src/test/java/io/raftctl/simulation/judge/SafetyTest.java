package io.raftctl.simulation.judge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.node.CommandEnvelope;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Histories that are known to be bad, each against the promise that it breaks: a checker that
/// cannot say no proves nothing.
class SafetyTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");

  private final Safety safety = new Safety(List.of(ONE, TWO));

  @Test
  void aCommittedEntryThatIsReplacedBreaksThePrefix() {
    ObservedStore store = store(ONE);
    store.write(null, List.of(entry(1, 1, "a"), entry(2, 1, "b")));
    store.turnBegins(1);
    assertThatCode(() -> store.write(null, List.of(entry(2, 2, "c")))).doesNotThrowAnyException();
    store.turnBegins(2);
    assertThatThrownBy(() -> store.write(null, List.of(entry(2, 3, "d"))))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("committed prefix: node 1 replaces entry 2");
  }

  @Test
  void twoEntriesOfOneIdBreakLogMatching() {
    store(ONE).write(null, List.of(entry(1, 1, "a")));
    ObservedStore other = store(TWO);
    assertThatThrownBy(() -> other.write(null, List.of(entry(1, 1, "b"))))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("log matching: ");
  }

  @Test
  void oneEntryAfterTwoDifferentOnesBreaksLogMatching() {
    store(ONE).write(null, List.of(entry(1, 1, "a"), entry(2, 3, "c")));
    ObservedStore other = store(TWO);
    assertThatThrownBy(() -> other.write(null, List.of(entry(1, 2, "b"), entry(2, 3, "c"))))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("log matching: ");
  }

  @Test
  void anEntryThatNobodyWroteIsNotRecovered() {
    assertThatThrownBy(() -> safety.entryRecovered(ONE, entry(1, 1, "a"), EntryId.NONE))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("which nobody wrote");
  }

  @Test
  void aSecondVoteInATermIsNoVote() {
    safety.sent(new Message.VoteReply(ONE, TWO, 4, true));
    safety.sent(new Message.VoteReply(ONE, TWO, 4, true));
    safety.sent(new Message.VoteReply(ONE, new NodeId("3"), 4, false));
    assertThatThrownBy(() -> safety.sent(new Message.VoteReply(ONE, new NodeId("3"), 4, true)))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("one vote: ");
  }

  @Test
  void whatDiffersAtOneIndexBreaksStateMachineSafety() {
    Reply ok = Reply.ok("OK");
    safety.applied(ONE, 7, new Safety.Applied("put k 1", ok, "k=1"));
    safety.applied(TWO, 7, new Safety.Applied("put k 1", ok, "k=1"));
    for (Safety.Applied other :
        List.of(
            new Safety.Applied("put k 2", ok, "k=1"),
            new Safety.Applied("put k 1", Reply.no("OK"), "k=1"),
            new Safety.Applied("put k 1", ok, "k=2"))) {
      assertThatThrownBy(() -> safety.applied(TWO, 7, other))
          .isInstanceOf(Violation.class)
          .hasMessageStartingWith("state machine safety: ");
    }
  }

  @Test
  void aRequestThatRunsTwiceDoesNotRunOnce() {
    Raft leader = leaderAlone(ONE, 1);
    Entry first = entry(2, 1, "a");
    Entry again = new Entry(new EntryId(1, 3), Entry.Kind.COMMAND, first.data());
    for (NodeId node : List.of(ONE, TWO)) {
      ObservedStore store = store(node);
      store.write(new HardState(1, ONE), List.of(noOp(1), first, again));
      store.sync();
    }
    sync(leader, leader.step(List.of(new Input.Propose(1, first.data()))));
    commit(leader);
    Safety.Applied ran = new Safety.Applied("a", Reply.ok("OK"), "");
    safety.applied(ONE, 2, ran);
    safety.turnEnded(leader, 0, 1);
    sync(leader, leader.step(List.of(new Input.Propose(2, first.data()))));
    commit(leader);
    safety.applied(ONE, 3, ran);
    assertThatThrownBy(() -> safety.turnEnded(leader, 2, 1))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("once: ");
  }

  @Test
  void aTermOrACommitThatFallsIsNotMonotonic() {
    Raft raft = leaderAlone(ONE, 3);
    safety.turnEnded(raft, 0, 3);
    assertThatThrownBy(() -> safety.turnEnded(raft, 0, 4))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("monotonic: ");
    assertThatThrownBy(() -> safety.turnEnded(raft, raft.commitIndex() + 1, 3))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("monotonic: ");
  }

  @Test
  void twoLeadersOfATermBreakElectionSafety() {
    safety.turnEnded(leaderAlone(ONE, 1), 0, 0);
    safety.turnEnded(leaderAlone(ONE, 1), 0, 0);
    Raft rival = leaderAlone(TWO, 1);
    assertThatThrownBy(() -> safety.turnEnded(rival, 0, 0))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("election safety: ");
  }

  @Test
  void aCommitWithoutAMajorityOfDisksIsNone() {
    store(ONE).write(null, List.of(noOp(1)));
    Raft leader = leaderAlone(ONE, 1);
    commit(leader);
    assertThatThrownBy(() -> safety.turnEnded(leader, 0, 1))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("which is synced on too few of voters [1]");
  }

  @Test
  void aLeaderWithoutWhatIsCommittedBreaksLeaderCompleteness() {
    for (NodeId node : List.of(ONE, TWO)) {
      ObservedStore store = store(node);
      store.write(new HardState(1, ONE), List.of(noOp(1)));
      store.sync();
    }
    Raft leader = leaderAlone(ONE, 1);
    commit(leader);
    safety.turnEnded(leader, 0, 1);
    Raft later = leaderAlone(TWO, 2);
    assertThatThrownBy(() -> safety.turnEnded(later, 0, 0))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("leader completeness: 2 leads term 2");
  }

  @Test
  void membersWhoCanDecideWithoutThoseBeforeThemSplitTheCluster() {
    NodeId three = new NodeId("3");
    Configuration two = Configuration.of(List.of(ONE, TWO));
    Configuration joint = new Change(new TreeSet<>(List.of(three)), new TreeSet<>()).from(two);
    ObservedStore store = store(ONE);
    assertThatCode(
            () -> {
              store.write(null, List.of(members(1, two), members(2, joint)));
              store.write(null, List.of(members(3, joint.left())));
            })
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> store.write(null, List.of(members(4, two))))
        .isInstanceOf(Violation.class)
        .hasMessage("quorums: [3] and [1, 2] follow each other and can decide apart");
  }

  @Test
  void aCoreThatGoesByAnotherLogThanItsDiskIsWrong() {
    Raft leader = leaderAlone(ONE, 1);
    ObservedStore store = store(ONE);
    NodeInvariants invariants = new NodeInvariants(leader, store, RaftConfig.Limits.DEFAULT);
    assertThatThrownBy(invariants::check)
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("cache: node 1 goes by another log");
    store.write(null, List.of(noOp(1)));
    assertThatCode(invariants::check).doesNotThrowAnyException();
    store.write(null, List.of(noOp(2)));
    assertThatThrownBy(invariants::check).hasMessageStartingWith("cache: node 1 ");
  }

  @Test
  void whatWaitsWithoutABoundIsFound() {
    Raft leader = leaderAlone(ONE, 1);
    commit(leader);
    ObservedStore store = store(ONE);
    store.write(null, List.of(noOp(1)));
    List<Entry> entries = new ArrayList<>();
    for (int index = 2; index <= 100; index++) {
      entries.add(entry(index, 1, "x".repeat(1_000)));
      leader.step(List.of(new Input.Propose(index, entries.getLast().data())));
    }
    store.write(null, entries);
    assertThatCode(new NodeInvariants(leader, store, RaftConfig.Limits.DEFAULT)::check)
        .doesNotThrowAnyException();
    RaftConfig.Limits tight = new RaftConfig.Limits(1_000, 1_000, 10_000, 1_000_000);
    assertThatThrownBy(new NodeInvariants(leader, store, tight)::check)
        .isInstanceOf(Violation.class)
        .hasMessageContaining("bytes accepted and not committed, and may have 18192");
  }

  /// A cluster of its own, and so a leader of whatever term, whoever else leads it.
  private static Raft leaderAlone(NodeId id, long term) {
    RaftConfig config =
        new RaftConfig(
            id, 7, List.of(id), 10, 2, RaftConfig.Features.PAPER, RaftConfig.Limits.DEFAULT);
    LogStore log = emptyLog(id);
    Raft raft =
        new Raft(
            config, new HardState(term - 1, null), log, List.of(), null, new SplittableRandom(1));
    while (!raft.leads()) {
      sync(raft, raft.step(List.of(new Input.Tick())));
    }
    return raft;
  }

  private static void commit(Raft raft) {
    sync(raft, raft.step(List.of()));
  }

  private static void sync(Raft raft, Effects effects) {
    raft.step(List.of(new Input.Synced(effects.turn())));
  }

  private ObservedStore store(NodeId node) {
    return new ObservedStore(node, emptyLog(node), safety.disk(node), safety);
  }

  private static LogStore emptyLog(NodeId node) {
    SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
    return DataDirectory.open(disk, "test", node, 7, new LogOptions(4096, Runnable::run));
  }

  private static Entry entry(long index, long term, String command) {
    byte[] data =
        CommandEnvelope.encode(
            new SessionCommand.Plain(new RequestId(1, index), command.getBytes(UTF_8)));
    return new Entry(new EntryId(term, index), Entry.Kind.COMMAND, data);
  }

  private static Entry members(long index, Configuration members) {
    return new Entry(
        new EntryId(1, index), Entry.Kind.CONFIGURATION, ConfigurationFormat.encode(members));
  }

  private static Entry noOp(long term) {
    return new Entry(new EntryId(term, 1), Entry.Kind.NO_OP, new byte[0]);
  }
}
