package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.testing.Await;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import io.raftctl.transport.grpc.GrpcTransport;
import io.raftctl.transport.grpc.IoThread;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A follower whose port refuses what its leader may send never catches up.
class LargestMessageTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final Address NOWHERE = new Address("127.0.0.1", 1);

  @Test
  void aPortTakesTheLargestEntryFromAPeer() throws Exception {
    Entry entry = new Entry(new EntryId(1, 1), Entry.Kind.COMMAND, new byte[2 << 20]);
    Message largest = new Message.AppendEntries(TWO, ONE, 1, EntryId.NONE, List.of(entry), 0);
    try (TestServer server = new TestServer(TestServer.settings("1", Map.of("2", NOWHERE)));
        IoThread io = new IoThread("peer");
        GrpcTransport peer =
            new GrpcTransport(
                new GrpcTransport.Sender("test", TWO, NOWHERE),
                io,
                new Faults(TWO),
                new Traffic(),
                _ -> {},
                _ -> {})) {
      peer.speakAs(7);
      peer.follow(Map.of(ONE, server.address()));
      peer.send(List.of(largest));
      Await.until("it arrives", () -> !server.node.received.isEmpty());
      assertThat(server.node.received).containsExactly(largest);
    }
  }
}
