package io.raftctl.server.served;

import io.raftctl.node.Node;
import io.raftctl.node.NodeStatus;
import io.raftctl.node.Outcome;
import io.raftctl.proto.v1.FaultsReply;
import io.raftctl.proto.v1.RepliesReply;
import io.raftctl.proto.v1.StatusReply;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.exec.ExecMachine;
import io.raftctl.statemachine.exec.Replies;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.transport.Address;
import io.raftctl.transport.Link;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The node as the services see it: the node itself, and what it is called and where it is reached.
///
/// @param members where all nodes of the cluster are reached, this one included
/// @param watch is told when the node's roles change
/// @param program the program that is the state machine, or null where that is built in
public record ServedNode(
    String cluster,
    NodeId id,
    SortedMap<NodeId, Address> members,
    Node node,
    FaultControl faults,
    MembersWatch watch,
    @Nullable ExecMachine program) {
  private static final String FIRST_HALF =
      "the change of several voters is decided, and its end was not seen";

  /// Where a node is reached, or null where it is not known.
  public @Nullable Address addressOf(@Nullable NodeId member) {
    return member == null ? null : members.get(member);
  }

  public StatusReply status() {
    NodeStatus status = node.status();
    NodeId leader = status.leader();
    SortedSet<NodeId> awaited = status.awaitedTerms();
    return StatusReply.newBuilder()
        .setCluster(cluster)
        .setId(id.value())
        .setAddress(String.valueOf(addressOf(id)))
        .setRole(status.role())
        .setTerm(status.term())
        .setCommitIndex(status.commitIndex())
        .setAppliedIndex(status.appliedIndex())
        .setLastIndex(status.lastIndex())
        .setFirstIndex(status.firstIndex())
        .setSnapshotIndex(status.snapshotIndex())
        .setDamage(status.damage().text())
        .setDiskFull(status.diskFull())
        .setRejoining(awaited != null)
        .addAllAwaitedTerms(
            awaited == null ? List.of() : awaited.stream().map(NodeId::value).toList())
        .setBlocked(faults.blocked())
        .setLeader(leader == null ? "" : leader.value())
        .addAllBlockedLinks(blockedLinks())
        .addAllUndropped(undropped())
        .setDroppedByFault(faults.dropped())
        .setProgram(program == null ? "" : program.health().text())
        .build();
  }

  /// Refuses what a web page of another site may have had a browser send.
  ///
  /// @param foreign whether it may have been, given the hosts by which the nodes are known
  public void requireNoForeignPage(Predicate<? super List<String>> foreign) throws Problem {
    if (foreign.test(members.values().stream().map(Address::host).toList())) {
      throw new Problem(
          Problem.Code.DENIED,
          "a page of another site may have sent this, by a browser",
          "use curl or raftctl, which are no browsers");
    }
  }

  /// What the program that is the state machine has replied; nothing where there is none.
  public RepliesReply replies(long first, int countMax) {
    RepliesReply.Builder reply = RepliesReply.newBuilder();
    if (program != null) {
      Replies.Slice slice = program.replies().from(first, countMax);
      reply.setFirstIndex(slice.first()).setFirstReply(slice.firstReply());
      for (long hash : slice.hashes()) {
        reply.addHashes(hash);
      }
    }
    return reply.build();
  }

  /// @throws Problem where the state machine answers no reads
  public void checkReadable() throws Problem {
    String refusal = program == null ? null : program.refusesReads();
    if (refusal != null) {
      throw new Problem(
          Problem.Code.INVALID, refusal, "submit the command instead, which goes through the log");
    }
  }

  /// @throws Problem where the state machine has no snapshots
  public void checkSavable() throws Problem {
    if (program != null && !program.savable()) {
      throw new Problem(
          Problem.Code.INVALID,
          "the program that is the state machine has no snapshot to give",
          "back up the data directory of a stopped node, or see docs/exec.md for jsonl");
    }
  }

  public FaultsReply faultsReply() {
    return FaultsReply.newBuilder()
        .setBlocked(faults.blocked())
        .addAllBlockedLinks(blockedLinks())
        .addAllUndropped(undropped())
        .build();
  }

  private List<String> undropped() {
    return faults.undropped().stream().map(NodeId::value).toList();
  }

  private List<String> blockedLinks() {
    return faults.links().stream().map(Link::toString).toList();
  }

  /// What a command or read that was not done is answered with.
  public Problem problem(Outcome outcome) {
    return switch (outcome) {
      case Outcome.NotLeader notLeader ->
          Problem.notLeader(notLeader.leader(), addressOf(notLeader.leader()));
      case Outcome.Unavailable unavailable ->
          new Problem(Problem.Code.UNAVAILABLE, unavailable.reason(), "not applied; try it again");
      case Outcome.Denied denied ->
          new Problem(Problem.Code.DENIED, denied.reason(), denied.hint());
      case Outcome.Indeterminate indeterminate ->
          new Problem(
              Problem.Code.INDETERMINATE,
              indeterminate.reason(),
              "send it again under the same request id, or ask 'raftctl outcome'");
      case Outcome.Known known -> problem(known.fate());
      case Outcome.Done done -> throw new AssertionError("nothing is wrong with " + done);
    };
  }

  /// What a change of the members that was not done is answered with. It has no request id, and
  /// needs none.
  public Problem problemOfWish(Outcome outcome) {
    return outcome instanceof Outcome.Indeterminate(String reason)
        ? new Problem(
            Problem.Code.INDETERMINATE,
            reason,
            "look with 'raftctl member ls', or send it again: to wish twice does no harm")
        : problem(outcome);
  }

  /// Why the sessions did not let a command run.
  private static Problem problem(Fate fate) {
    return switch (fate) {
      case Fate.Cancelled _ ->
          new Problem(
              Problem.Code.CANCELLED,
              "the request was cancelled before it was applied, and never will be",
              "submit the command again as a new request, if it is still wanted");
      case Fate.Forgotten _ ->
          new Problem(
              Problem.Code.EXPIRED,
              "the request's session has expired; this try was not applied, an earlier one may be",
              "where there was none, submit it again as a request of a new session");
      case Fate.Applied _, Fate.NotApplied _ ->
          throw new AssertionError("no answer to a command: " + fate);
    };
  }

  /// Changes the members, where this node leads.
  ///
  /// @param done hears the outcome, on a thread of the node, and must not wait there
  /// @throws Problem where it makes no sense, or where another node leads
  public void change(MemberWish wish, Duration timeout, Consumer<? super Outcome> done)
      throws Problem {
    NodeStatus now = node.status();
    if (!now.role().equals("leader")) {
      throw Problem.notLeader(now.leader(), addressOf(now.leader()));
    }
    Change change = wish.from(now.members(), members);
    if (change == null && !settled(now)) {
      // It is what is wished for, and may be taken back as long as it is not committed.
      throw new Problem(
          Problem.Code.UNAVAILABLE, "another change of the members is under way", "try it again");
    }
    if (change == null) {
      done.accept(new Outcome.Done(new EntryId(now.term(), now.commitIndex()), Reply.ok("")));
    } else {
      long deadline = System.nanoTime() + timeout.toNanos();
      node.change(now.members(), change, timeout, outcome -> endChange(outcome, deadline, done));
    }
  }

  private static boolean settled(NodeStatus now) {
    return now.members().equals(now.committedMembers()) && !now.members().joint();
  }

  /// Who leads no longer cannot tell what becomes of a change.
  private static boolean isOver(NodeStatus now) {
    return settled(now) || !now.role().equals("leader");
  }

  /// The second half may be in the log already, and not committed.
  private static boolean isHalf(NodeStatus now) {
    return now.members().joint() || now.committedMembers().joint();
  }

  /// A change of several voters is decided by its first entry, and over with the second, which the
  /// leader adds by itself. Whoever wished it hears of it then.
  private void endChange(Outcome outcome, long deadline, Consumer<? super Outcome> done) {
    if (!(outcome instanceof Outcome.Done) || !isHalf(node.status())) {
      done.accept(outcome);
      return;
    }
    Thread.ofVirtual()
        .name("change")
        .start(
            () -> {
              try {
                watch.await(() -> isOver(node.status()), deadline);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // Then this is the end of the wait, too.
              }
              boolean whole = settled(node.status());
              done.accept(whole ? outcome : new Outcome.Indeterminate(FIRST_HALF));
            });
  }

  /// The command of a request that says nothing about its session's age: it passes for a first try,
  /// so the session is as young as can be. What is committed here is an index that a client could
  /// have learnt before.
  public SessionCommand firstTry(RequestId id, byte[] command) {
    return new SessionCommand.Once(Stamp.first(id, node.status().commitIndex()), command);
  }
}
