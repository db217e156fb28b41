package io.raftctl.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionLimits;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.statemachine.session.Stamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplierTest {
  /// Remembers what it ran, and answers a read with all of it.
  private static final class Diary implements StateMachine {
    private final List<String> lines = new ArrayList<>();

    @Override
    public Reply apply(long index, byte[] command) {
      lines.add(index + " " + new String(command, UTF_8));
      return Reply.ok(lines.getLast());
    }

    @Override
    public Reply query(byte[] command) {
      return Reply.ok(String.join(", ", lines));
    }

    @Override
    public State state() {
      List<String> now = List.copyOf(lines);
      return target -> target.write(String.join("\n", now).getBytes(UTF_8));
    }

    @Override
    public State read(InputStream written) throws IOException {
      byte[] bytes = written.readAllBytes();
      return target -> target.write(bytes);
    }

    @Override
    public void restore(State state) {
      try {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        state.write(text);
        lines.clear();
        text.toString(UTF_8).lines().forEach(lines::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Diary diary = new Diary();
  private final PendingRequests pending = new PendingRequests();
  private final Applier applier =
      new Applier(
          new SessionMachine(diary, new SessionTable(SessionLimits.DEFAULT)),
          pending,
          NodeStorage.Recovered.NOTHING);
  private final List<Outcome> heard = new ArrayList<>();

  private static final RequestId REQUEST = new RequestId(7, 1);

  private static EntryId at(long index, long term) {
    return new EntryId(term, index);
  }

  private static Entry command(EntryId id, String text) {
    return entry(id, new SessionCommand.Plain(REQUEST, text.getBytes(UTF_8)));
  }

  private static Entry once(EntryId id, String text) {
    return entry(id, new SessionCommand.Once(Stamp.first(REQUEST, 0), text.getBytes(UTF_8)));
  }

  private static Entry entry(EntryId id, SessionCommand command) {
    return new Entry(id, Entry.Kind.COMMAND, CommandEnvelope.encode(command));
  }

  private static Entry opening(EntryId id) {
    return new Entry(id, Entry.Kind.NO_OP, new byte[0]);
  }

  private void readable(long index) {
    long ticket =
        pending.read("all".getBytes(UTF_8), Consistency.LINEARIZABLE, 100, heard::add).ticket();
    applier.readable(List.of(new Effects.ReadIndex(ticket, index)));
  }

  @Test
  void commandsRunInTheirOrderAndAnEmptyEntryDoesNot() {
    applier.apply(List.of(opening(at(1, 1)), command(at(2, 1), "a"), command(at(3, 1), "b")));
    assertThat(diary.lines).containsExactly("2 a", "3 b");
    assertThat(applier.applied()).isEqualTo(at(3, 1));
  }

  @Test
  void aSnapshotBringsTheStateTogetherWithItsIndexAndReplacesWhatWasThere() {
    applier.apply(List.of(command(at(1, 1), "lost"), opening(at(2, 1))));
    Diary elsewhere = new Diary();
    Applier other =
        new Applier(
            new SessionMachine(elsewhere, new SessionTable(SessionLimits.DEFAULT)),
            new PendingRequests(),
            NodeStorage.Recovered.NOTHING);
    other.apply(List.of(command(at(1, 1), "a"), opening(at(2, 2)), command(at(3, 2), "b")));
    applier.restore(other.state());
    assertThat(applier.applied()).isEqualTo(at(3, 2));
    assertThat(diary.lines).containsExactly("1 a", "3 b");
    applier.apply(List.of(command(at(4, 2), "c")));
    assertThat(diary.lines).containsExactly("1 a", "3 b", "4 c");
  }

  @Test
  void whoProposedHearsTheReplyOfTheStateMachine() {
    propose(at(1, 1));
    applier.apply(List.of(command(at(1, 1), "a")));
    assertThat(heard).containsExactly(new Outcome.Done(at(1, 1), Reply.ok("1 a")));
  }

  /// Somebody of this node waits for the entry; what stands in it is of no account here.
  private void propose(EntryId id) {
    SessionCommand command = new SessionCommand.Plain(REQUEST, new byte[0]);
    long ticket = pending.propose(command, 100, heard::add).ticket();
    pending.accepted(new Effects.Accepted(ticket, id));
  }

  @Test
  void aRequestThatComesAgainIsAnsweredAsTheFirstTimeAndDoesNotRun() {
    propose(at(3, 2));
    applier.apply(List.of(once(at(1, 1), "a"), command(at(2, 1), "b"), once(at(3, 2), "a")));
    assertThat(diary.lines).containsExactly("1 a", "2 b");
    assertThat(heard).containsExactly(new Outcome.Done(at(1, 1), Reply.ok("1 a")));
  }

  @Test
  void entriesFromBeforeThereWereSessionsRunAsOftenAsTheyStandInTheLog() {
    applier.apply(List.of(command(at(1, 1), "a"), command(at(2, 1), "a")));
    assertThat(diary.lines).containsExactly("1 a", "2 a");
  }

  @Test
  void whoCancelsHearsWhatBecameOfTheRequest() {
    propose(at(1, 1));
    propose(at(2, 1));
    applier.apply(
        List.of(
            entry(at(1, 1), new SessionCommand.Cancel(REQUEST, 0)), once(at(2, 1), "too late")));
    Fate cancelled = new Fate.Cancelled(new Place(1, 1));
    assertThat(heard)
        .containsExactly(
            new Outcome.Known(at(1, 1), cancelled), new Outcome.Known(at(2, 1), cancelled));
    assertThat(diary.lines).isEmpty();
  }

  @Test
  void aCommandThatComesBeforeTheOneItFollowsIsNotApplied() {
    propose(at(1, 1));
    Stamp stamp = new Stamp(new RequestId(7, 2), 0, 1, 1);
    applier.apply(List.of(entry(at(1, 1), new SessionCommand.Once(stamp, new byte[0]))));
    assertThat(heard).hasSize(1).allMatch(Outcome.Unavailable.class::isInstance);
  }

  @Test
  void whatBecameOfARequestIsReadLikeAnythingElse() {
    long ticket = pending.ask(REQUEST, 0, 100, heard::add).ticket();
    applier.readable(List.of(new Effects.ReadIndex(ticket, 1)));
    assertThat(heard).isEmpty();
    applier.apply(List.of(once(at(1, 1), "a")));
    assertThat(heard)
        .containsExactly(
            new Outcome.Known(at(1, 1), new Fate.Applied(new Place(1, 1), Reply.ok("1 a"))));
  }

  @Test
  void aReadWaitsUntilWhatItMustSeeIsApplied() {
    applier.apply(List.of(command(at(1, 1), "a")));
    readable(2);
    assertThat(heard).isEmpty();
    applier.apply(List.of(command(at(2, 1), "b")));
    assertThat(heard).containsExactly(new Outcome.Done(at(2, 1), Reply.ok("1 a, 2 b")));
  }

  @Test
  void aReadOfWhatIsAppliedIsAnsweredAtOnce() {
    applier.apply(List.of(command(at(1, 1), "a")));
    readable(1);
    assertThat(heard).hasSize(1);
  }

  /// On a follower that lags behind, a linearizable read may wait for long.
  @Test
  void whatMayBeOldWaitsForNoOtherRead() {
    applier.apply(List.of(command(at(1, 1), "a")));
    readable(9);
    readable(0);
    assertThat(heard).containsExactly(new Outcome.Done(at(1, 1), Reply.ok("1 a")));
    readable(1);
    assertThat(heard).hasSize(2);
  }

  @Test
  void readsAreAnsweredInTheirOrderAndNoEarlierThanTheirIndex() {
    readable(1);
    readable(2);
    readable(4);
    applier.apply(List.of(opening(at(1, 1)), command(at(2, 1), "a"), command(at(3, 1), "b")));
    assertThat(heard).hasSize(2);
    applier.apply(List.of(command(at(4, 1), "c")));
    assertThat(heard).hasSize(3);
  }

  @Test
  void aReadThatWasGivenUpIsNotAnsweredAgain() {
    readable(1);
    pending.close();
    assertThat(heard).hasSize(1).allMatch(Outcome.Unavailable.class::isInstance);
    applier.apply(List.of(command(at(1, 1), "a")));
    assertThat(heard).hasSize(1);
  }

  @Test
  void anEntryOutOfOrderOrThatNobodyUnderstandsStopsTheNode() {
    assertThatThrownBy(() -> applier.apply(List.of(opening(at(2, 1)))))
        .isInstanceOf(AssertionError.class);
    Entry garbage = new Entry(at(1, 1), Entry.Kind.COMMAND, new byte[] {9});
    assertThatThrownBy(() -> applier.apply(List.of(garbage)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
