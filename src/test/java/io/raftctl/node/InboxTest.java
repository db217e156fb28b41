package io.raftctl.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What waits for the next turn, and what is turned away.
final class InboxTest {
  private static final NodeId PEER = new NodeId("2");
  private static final NodeId SELF = new NodeId("1");

  private final Inbox inbox = new Inbox(10_000);

  private static Input received(Message message) {
    return new Input.Received(message, 7);
  }

  private static Input entries(int bytes) {
    Entry entry = new Entry(new EntryId(1, 1), Entry.Kind.COMMAND, new byte[bytes]);
    return received(new Message.AppendEntries(PEER, SELF, 1, EntryId.NONE, List.of(entry), 0));
  }

  private static Input heartbeat(long round) {
    return received(new Message.Heartbeat(PEER, SELF, 1, round, 0));
  }

  /// What keeps leaders, and makes them.
  private static List<Input> urgent() {
    EntryId last = new EntryId(1, 1);
    return List.of(
        heartbeat(1),
        received(new Message.HeartbeatReply(PEER, SELF, 1, 1, false)),
        received(new Message.RequestPreVote(PEER, SELF, 2, last)),
        received(new Message.PreVoteReply(PEER, SELF, 1, 2, true)),
        received(new Message.RequestVote(PEER, SELF, 2, last, false)),
        received(new Message.VoteReply(PEER, SELF, 2, true)),
        received(new Message.TimeoutNow(PEER, SELF, 1)));
  }

  private List<Input> drain(int limit) throws InterruptedException {
    List<Input> drained = new ArrayList<>();
    inbox.drainTo(drained, limit, 0);
    return drained;
  }

  private int fill(Input input) {
    int count = 0;
    while (inbox.offer(input)) {
      count++;
    }
    return count;
  }

  /// Until not even the smallest input finds room.
  private int fill() {
    return fill(entries(1000)) + fill(new Input.Propose(1, new byte[0]));
  }

  @Test
  void whatDoesNotFitIsTurnedAwayUntilSomethingWasTaken() throws InterruptedException {
    fill();
    assertThat(inbox.offer(new Input.Propose(1, new byte[0]))).isFalse();
    assertThat(drain(1)).hasSize(1);
    assertThat(inbox.offer(new Input.Propose(1, new byte[1000]))).isTrue();
  }

  @Test
  void anEmptyInboxTakesAnyInputHoweverLarge() throws InterruptedException {
    assertThat(inbox.offer(entries(100_000))).isTrue();
    assertThat(inbox.offer(entries(1))).isFalse();
    assertThat(drain(10)).hasSize(1);
  }

  @Test
  void heartbeatsAndVotesHaveAPlaceOfTheirOwn() throws InterruptedException {
    final int entries = fill();
    for (Input each : urgent()) {
      assertThat(inbox.offer(each)).as("%s", each).isTrue();
    }
    assertThat(drain(1000)).hasSize(entries + urgent().size());
  }

  @Test
  void heartbeatsDoNotWaitBehindBulk() throws InterruptedException {
    fill();
    inbox.put(new Input.Synced(3));
    urgent().forEach(inbox::offer);
    assertThat(drain(urgent().size() + 1)).startsWith(urgent().toArray(Input[]::new));
  }

  @Test
  void theirPlaceIsBoundedTooAndTakesNoneFromTheOthers() throws InterruptedException {
    int heartbeats = fill(heartbeat(1));
    assertThat(heartbeats).isBetween(500, 4000); // Fewer than a turn takes.
    assertThat(fill(entries(1000))).isBetween(8, 10);
    assertThat(drain(1)).containsExactly(heartbeat(1));
    assertThat(inbox.offer(heartbeat(2))).isTrue();
    assertThat(inbox.offer(heartbeat(3))).isFalse();
  }

  @Test
  void whatTheNodeItselfProducesIsAlwaysTakenAndKeepsItsOrder() throws InterruptedException {
    fill();
    inbox.put(new Input.Synced(1));
    inbox.put(new Input.Synced(2));
    assertThat(drain(100)).endsWith(new Input.Synced(1), new Input.Synced(2));
  }

  @Test
  void aWordWithoutAnInputIsHeardOnce() throws InterruptedException {
    inbox.wake();
    List<Input> none = new ArrayList<>();
    assertThat(inbox.drainTo(none, 1, Long.MAX_VALUE)).isTrue();
    assertThat(inbox.drainTo(none, 1, 0)).isFalse();
    assertThat(none).isEmpty();
  }
}
