package io.raftctl.node;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The clients that wait for an answer of this node, from their arrival to their outcome.
///
/// [#propose] and [#read] may be called by any thread, all else by the loop's. Every request opened
/// gets exactly one outcome. Time is counted in the loop's ticks.
public final class PendingRequests implements Answers {
  private record Request(Consumer<? super Outcome> done, @Nullable Query query, long lastTick) {}

  /// Our proposal stands at this id of our log; `older` stood there in an earlier term of ours.
  private record Placed(long ticket, EntryId id, @Nullable Placed older) {}

  private final AtomicLong lastTicket = new AtomicLong();
  private final ConcurrentHashMap<Long, Request> requests = new ConcurrentHashMap<>();

  /// By index: proposals that entered the log and are not settled.
  private final TreeMap<Long, Placed> placed = new TreeMap<>();

  private volatile long tick;

  /// Takes a command in.
  ///
  /// @param ticks after so many it is answered, come what may
  /// @return what the loop is to be told
  public Input.Propose propose(SessionCommand command, long ticks, Consumer<? super Outcome> done) {
    return new Input.Propose(open(null, ticks, done), CommandEnvelope.encode(command));
  }

  /// Takes a read in; the rest as for [#propose].
  public Input.Read read(
      byte[] query, Consistency consistency, long ticks, Consumer<? super Outcome> done) {
    return new Input.Read(open(new Query.Command(query), ticks, done), consistency);
  }

  /// Takes the wish in that another node lead; the rest as for [#propose].
  public Input.Transfer transfer(
      @Nullable NodeId target, long ticks, Consumer<? super Outcome> done) {
    return new Input.Transfer(open(null, ticks, done), target);
  }

  /// Takes in the question what became of a request; answered by an [Outcome.Known], and otherwise
  /// as a read.
  ///
  /// @param since the request's own, or 0 where it is not known
  public Input.Read ask(RequestId id, long since, long ticks, Consumer<? super Outcome> done) {
    return new Input.Read(open(new Query.FateOf(id, since), ticks, done), Consistency.LINEARIZABLE);
  }

  /// Takes in the wish to know when all that is committed now is applied; answered on the loop's
  /// thread by an [Outcome.Done], and otherwise as a read.
  public Input.Read confirm(long ticks, Consumer<? super Outcome> done) {
    return new Input.Read(open(new Query.Confirmation(), ticks, done), Consistency.LINEARIZABLE);
  }

  /// Takes the wish for other members in; the rest as for [#propose].
  public Input.ChangeMembers change(
      Configuration before, Change change, long ticks, Consumer<? super Outcome> done) {
    return new Input.ChangeMembers(open(null, ticks, done), before, change);
  }

  private long open(@Nullable Query query, long ticks, Consumer<? super Outcome> done) {
    long ticket = lastTicket.incrementAndGet();
    requests.put(ticket, new Request(done, query, tick + ticks));
    return ticket;
  }

  /// How many wait.
  public int size() {
    return requests.size();
  }

  @Override
  public @Nullable Query query(long ticket) {
    Request request = requests.get(ticket);
    return request == null ? null : request.query;
  }

  void accepted(Effects.Accepted accepted) {
    EntryId id = accepted.id();
    placed.merge(
        id.index(),
        new Placed(accepted.ticket(), id, null),
        (older, newer) -> new Placed(newer.ticket, newer.id, older));
  }

  void refused(Effects.Refused refused) {
    settle(
        refused.ticket(),
        switch (refused.reason()) {
          case NOT_LEADER -> new Outcome.NotLeader(refused.leader());
          case BUSY -> new Outcome.Unavailable("the node has too much under way; try again later");
          case NO_ROOM ->
              new Outcome.Unavailable(
                  "the disk of node %s, which leads, is full; make room on it, then try again"
                      .formatted(refused.leader()));
          case NO_ROOM_AT_QUORUM ->
              new Outcome.Unavailable(
                  "the disks of too many nodes are full; make room on those that raftctl status"
                      + " names, then try again");
          case TRANSFERRING ->
              new Outcome.Unavailable("the leadership is being handed over; try again");
          case NO_TARGET ->
              new Outcome.Unavailable(
                  "the leader hears no such voter with room on its disk; see raftctl status");
          case CHANGE_UNDER_WAY ->
              new Outcome.Unavailable("the members are changing already; try again");
          case MEMBERS_CHANGED ->
              new Outcome.Unavailable("somebody else has changed the members; look and try again");
          case SENSELESS_CHANGE ->
              new Outcome.Denied(
                  "the members cannot change in this way", "look with 'raftctl member ls'");
          case NOT_CAUGHT_UP ->
              new Outcome.Unavailable("a node that is to vote has not caught up, or is not heard");
          case NO_QUORUM ->
              new Outcome.Denied(
                  "of the voters that would be left, the leader hears too few to decide anything",
                  "start those that are down first, or remove them in the same change");
          case TOO_LATE ->
              new Outcome.Unavailable("the target did not take over in time; the leader goes on");
        });
  }

  void transferred(Effects.Transferred transferred) {
    Reply reply = Reply.ok(transferred.target().value());
    settle(transferred.ticket(), new Outcome.Done(EntryId.NONE, reply));
  }

  /// This node led, and heard from no majority: nobody can tell any more when, or whether, what it
  /// proposed is committed.
  void lostQuorum() {
    List<Long> tickets = new ArrayList<>();
    for (Placed first : placed.values()) {
      for (Placed at = first; at != null; at = at.older) {
        tickets.add(at.ticket);
      }
    }
    placed.clear();
    tickets.forEach(
        ticket ->
            settle(
                ticket,
                new Outcome.Indeterminate(
                    "the leader lost its majority before it was committed; it still may be")));
  }

  @Override
  public void applied(Entry entry, Outcome outcome) {
    for (Placed at = placed.remove(entry.index()); at != null; at = at.older) {
      settle(
          at.ticket,
          at.id.equals(entry.id())
              ? outcome
              : new Outcome.Unavailable("another leader's entry took its place in the log"));
    }
  }

  /// What became of the commands among them is not known here.
  @Override
  public void skippedTo(long index) {
    SortedMap<Long, Placed> skipped = placed.headMap(index, true);
    List<Placed> unknown = List.copyOf(skipped.values());
    skipped.clear();
    for (Placed first : unknown) {
      for (Placed at = first; at != null; at = at.older) {
        settle(
            at.ticket,
            new Outcome.Indeterminate(
                "this node went on from a snapshot; it may or may not be applied"));
      }
    }
  }

  @Override
  public void settle(long ticket, Outcome outcome) {
    Request request = requests.remove(ticket);
    if (request != null) {
      request.done.accept(outcome);
    }
  }

  /// A tick has passed: answers those whose time is over. What was proposed may still be committed;
  /// a read had no effect in any case.
  void tick() {
    long now = tick + 1; // Only the loop writes it.
    tick = now;
    if (now % 10 == 0) {
      settleAll(
          request -> request.lastTick <= now,
          "it was not committed and applied in time; it still may be");
    }
  }

  /// The node ends: nobody will hear of these again.
  public void close() {
    settleAll(request -> true, "the node stopped before it was committed; it still may be");
  }

  private void settleAll(Predicate<Request> which, String reason) {
    List<Long> tickets = new ArrayList<>();
    requests.forEach(
        (ticket, request) -> {
          if (which.test(request)) {
            tickets.add(ticket);
          }
        });
    tickets.sort(null);
    for (long ticket : tickets) {
      Request request = requests.get(ticket);
      boolean read = request != null && request.query != null;
      settle(
          ticket,
          read
              ? new Outcome.Unavailable("no quorum confirmed the read in time; try again")
              : new Outcome.Indeterminate(reason));
    }
    placed.values().removeIf(at -> at.older == null && !requests.containsKey(at.ticket));
  }
}
