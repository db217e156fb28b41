package io.raftctl.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");

  @Test
  void aFullOneTakesNothingMore() {
    Outbox outbox = new Outbox(2, Long.MAX_VALUE);
    assertThat(outbox.offer(append(1))).isTrue();
    assertThat(outbox.offer(append(1))).isTrue();
    assertThat(outbox.offer(append(1))).isFalse();

    assertThat(outbox.poll(Long.MAX_VALUE)).isNotNull();
    assertThat(outbox.offer(append(1))).isTrue();
  }

  @Test
  void bytesCountToo() {
    Outbox outbox = new Outbox(100, 10_000);
    assertThat(outbox.offer(append(6_000))).isTrue();
    assertThat(outbox.offer(append(6_000))).isFalse();
    assertThat(outbox.offer(append(2_000))).isTrue();
  }

  @Test
  void anEmptyOneTakesAnyMessage() {
    Outbox outbox = new Outbox(100, 10);
    assertThat(outbox.offer(append(1_000_000))).isTrue();
  }

  @Test
  void pollLeavesWhatIsTooLarge() {
    Outbox outbox = new Outbox(100, 10_000);
    outbox.offer(append(5_000));
    assertThat(outbox.poll(1_000)).isNull();
    assertThat(outbox.poll(Long.MAX_VALUE)).isNotNull();
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void clearForgetsAll() {
    Outbox outbox = new Outbox(2, 10_000);
    outbox.offer(append(4_000));
    outbox.offer(append(4_000));
    assertThat(outbox.clear()).isEqualTo(2);
    assertThat(outbox.offer(append(9_000))).isTrue();
  }

  private static Message append(int bytes) {
    Entry entry = new Entry(new EntryId(1, 1), Entry.Kind.COMMAND, new byte[bytes]);
    return new Message.AppendEntries(ONE, TWO, 1, EntryId.NONE, List.of(entry), 0);
  }
}
