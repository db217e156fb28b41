package io.raftctl.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.raftctl.proto.v1.Arrived;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.proto.v1.PeerGrpc;
import io.raftctl.proto.v1.PeerMessage;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.testing.Await;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Which messages share a connection: whatever is large must not be in the way of what keeps a
/// leader or makes one.
class PeerLanesTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final EntryId LAST = new EntryId(1, 1);

  /// A message that came, and on which of the streams.
  private record Came(PeerMessage.KindCase kind, int stream) {}

  private final Queue<Came> came = new ConcurrentLinkedQueue<>();

  /// Notes what comes, and answers nothing.
  private final class Witness extends PeerGrpc.PeerImplBase {
    private int streams;

    @Override
    public synchronized StreamObserver<PeerBatch> deliver(StreamObserver<Arrived> answers) {
      int stream = ++streams;
      return new StreamObserver<>() {
        @Override
        public void onNext(PeerBatch batch) {
          batch.getMessagesList().forEach(it -> came.add(new Came(it.getKindCase(), stream)));
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private Set<Integer> streamsOf(PeerMessage.KindCase... kinds) {
    return came.stream()
        .filter(it -> List.of(kinds).contains(it.kind))
        .map(Came::stream)
        .collect(Collectors.toSet());
  }

  @Test
  void heartbeatsAndVotesTravelOnAnotherConnectionThanEntriesAndSnapshots() throws Exception {
    Entry entry = new Entry(LAST, Entry.Kind.COMMAND, new byte[1 << 20]);
    List<Message> messages = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      messages.add(
          new Message.AppendEntries(ONE, TWO, 1, EntryId.NONE, List.of(entry, entry(2)), 0));
      messages.add(
          new Message.InstallSnapshot(ONE, TWO, 1, new Snapshot(LAST, 3, 0), 0, new byte[3], 0));
      messages.add(new Message.Heartbeat(ONE, TWO, 1, i, 0));
      messages.add(new Message.RequestVote(ONE, TWO, 1, LAST, false));
      messages.add(new Message.HeartbeatReply(ONE, TWO, 1, i, false));
    }
    Server server = NettyServerBuilder.forPort(0).addService(new Witness()).build().start();
    try (IoThread io = new IoThread("io");
        GrpcTransport transport =
            new GrpcTransport(
                new GrpcTransport.Sender("test", ONE, new Address("127.0.0.1", 1)),
                io,
                new Faults(ONE),
                new Traffic(),
                _ -> {},
                _ -> {})) {
      transport.speakAs(7);
      transport.follow(Map.of(TWO, new Address("127.0.0.1", server.getPort())));
      transport.send(messages);
      Await.until("all have come", () -> came.size() == messages.size());
    } finally {
      server.shutdownNow();
    }
    assertThat(
            streamsOf(
                PeerMessage.KindCase.HEARTBEAT,
                PeerMessage.KindCase.HEARTBEAT_REPLY,
                PeerMessage.KindCase.REQUEST_VOTE))
        .hasSize(1)
        .doesNotContainAnyElementsOf(
            streamsOf(PeerMessage.KindCase.APPEND_ENTRIES, PeerMessage.KindCase.INSTALL_SNAPSHOT));
  }

  private static Entry entry(long index) {
    return new Entry(new EntryId(1, index), Entry.Kind.NO_OP, new byte[0]);
  }
}
