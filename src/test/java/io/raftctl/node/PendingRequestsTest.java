package io.raftctl.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingRequestsTest {
  private static final long PATIENCE_TICKS = 50;

  private final PendingRequests pending = new PendingRequests();
  private final Map<Long, List<Outcome>> outcomes = new TreeMap<>();

  private long propose() {
    return propose(PATIENCE_TICKS);
  }

  private long propose(long ticks) {
    List<Outcome> heard = new ArrayList<>();
    byte[] command = "put k v".getBytes(UTF_8);
    long ticket =
        pending
            .propose(new SessionCommand.Plain(new RequestId(7, 1), command), ticks, heard::add)
            .ticket();
    outcomes.put(ticket, heard);
    return ticket;
  }

  private long read() {
    List<Outcome> heard = new ArrayList<>();
    long ticket =
        pending
            .read("get k".getBytes(UTF_8), Consistency.LINEARIZABLE, PATIENCE_TICKS, heard::add)
            .ticket();
    outcomes.put(ticket, heard);
    return ticket;
  }

  private void accept(long ticket, EntryId id) {
    pending.accepted(new Effects.Accepted(ticket, id));
  }

  private void apply(EntryId id) {
    pending.applied(
        new Entry(id, Entry.Kind.COMMAND, new byte[0]), new Outcome.Done(id, Reply.ok("done")));
  }

  private void tick(long ticks) {
    for (long tick = 0; tick < ticks; tick++) {
      pending.tick();
    }
  }

  private Outcome only(long ticket) {
    assertThat(outcomes.get(ticket)).hasSize(1);
    return outcomes.get(ticket).getFirst();
  }

  private static EntryId at(long index, long term) {
    return new EntryId(term, index);
  }

  @Test
  void aProposalIsDoneWhenItsEntryIsApplied() {
    long ticket = propose();
    accept(ticket, at(3, 1));
    assertThat(outcomes.get(ticket)).isEmpty();
    apply(at(3, 1));
    assertThat(only(ticket)).isEqualTo(new Outcome.Done(at(3, 1), Reply.ok("done")));
    assertThat(pending.size()).isZero();
  }

  @Test
  void aProposalWhosePlaceAnotherEntryTookIsCertainlyNotApplied() {
    long ticket = propose();
    accept(ticket, at(3, 1));
    apply(at(3, 2));
    assertThat(only(ticket)).isInstanceOf(Outcome.Unavailable.class);
  }

  @Test
  void ofTwoProposalsForOnePlaceTheOneThatIsCommittedIsDone() {
    long first = propose();
    long second = propose();
    accept(first, at(3, 1));
    accept(second, at(3, 4));
    apply(at(3, 4));
    assertThat(only(first)).isInstanceOf(Outcome.Unavailable.class);
    assertThat(only(second)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void theEarlierOfTwoProposalsForOnePlaceMayBeTheOneThatSurvives() {
    long first = propose();
    long second = propose();
    accept(first, at(3, 1));
    accept(second, at(3, 4));
    apply(at(3, 1));
    assertThat(only(first)).isInstanceOf(Outcome.Done.class);
    assertThat(only(second)).isInstanceOf(Outcome.Unavailable.class);
  }

  @Test
  void whoeverStillWaitsForAPlaceHearsOfItAlthoughALaterOneGaveUp() {
    long first = propose(1000);
    long second = propose();
    accept(first, at(3, 1));
    accept(second, at(3, 4));
    tick(2 * PATIENCE_TICKS);
    assertThat(only(second)).isInstanceOf(Outcome.Indeterminate.class);
    apply(at(3, 1));
    assertThat(only(first)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void whoDoesNotLeadNamesTheLeaderAndAFullNodeSaysSo() {
    long first = propose();
    long second = propose();
    NodeId leader = new NodeId("2");
    pending.refused(new Effects.Refused(first, Effects.Reason.NOT_LEADER, leader));
    pending.refused(new Effects.Refused(second, Effects.Reason.BUSY, new NodeId("1")));
    assertThat(only(first)).isEqualTo(new Outcome.NotLeader(leader));
    assertThat(only(second)).isInstanceOf(Outcome.Unavailable.class);
  }

  @Test
  void aProposalThatTakesTooLongMayStillBeCommittedAndAReadHadNoEffect() {
    long proposal = propose();
    long read = read();
    tick(PATIENCE_TICKS - 1);
    assertThat(outcomes.get(proposal)).isEmpty();
    tick(10);
    assertThat(only(proposal)).isInstanceOf(Outcome.Indeterminate.class);
    assertThat(only(read)).isInstanceOf(Outcome.Unavailable.class);
  }

  @Test
  void whatIsCommittedAfterItsTimeIsNotAnsweredAgain() {
    long ticket = propose();
    accept(ticket, at(3, 1));
    tick(2 * PATIENCE_TICKS);
    apply(at(3, 1));
    assertThat(only(ticket)).isInstanceOf(Outcome.Indeterminate.class);
  }

  @Test
  void whoeverWaitsWhenTheNodeEndsIsAnswered() {
    long proposal = propose();
    long read = read();
    pending.close();
    assertThat(only(proposal)).isInstanceOf(Outcome.Indeterminate.class);
    assertThat(only(read)).isInstanceOf(Outcome.Unavailable.class);
  }

  /// A log in which terms change and places are taken over. Each request hears once, and what it
  /// hears is true of what was applied in the end.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyRequestGetsExactlyOneOutcomeAndItIsTrue(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Long, EntryId> placed = new TreeMap<>();
    List<EntryId> log = new ArrayList<>();
    long term = 1;
    int applied = 0;
    for (int step = 0; step < 3000; step++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          long ticket = random.nextInt(5) == 0 ? read() : propose();
          EntryId id = at(log.size() + 1L, term);
          if (pending.query(ticket) == null && random.nextInt(8) > 0) {
            log.add(id);
            placed.put(ticket, id);
            accept(ticket, id);
          } else if (random.nextBoolean()) {
            pending.refused(new Effects.Refused(ticket, Effects.Reason.NOT_LEADER, null));
          }
        }
        case 2 -> {
          if (applied < log.size()) {
            apply(log.get(applied++));
          }
        }
        case 3 -> {
          term++;
          log.subList(random.nextInt(applied, log.size() + 1), log.size()).clear();
          log.add(at(log.size() + 1L, term++)); // Of another leader.
        }
        default -> tick(random.nextInt(3));
      }
    }
    pending.close();
    List<EntryId> committed = log.subList(0, applied);
    outcomes.keySet().forEach(ticket -> isTrue(only(ticket), placed.get(ticket), committed));
    assertThat(pending.size()).isZero();
  }

  private static void isTrue(Outcome outcome, EntryId id, List<EntryId> committed) {
    switch (outcome) {
      case Outcome.Done done -> assertThat(committed).contains(done.id()).contains(id);
      case Outcome.NotLeader _ -> assertThat(id).isNull();
      case Outcome.Unavailable _, Outcome.Denied _ ->
          assertThat(id == null || !committed.contains(id)).isTrue();
      case Outcome.Indeterminate _ -> {}
      case Outcome.Known known -> throw new AssertionError("nobody asked: " + known);
    }
  }
}
