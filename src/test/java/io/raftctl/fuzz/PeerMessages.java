package io.raftctl.fuzz;

import com.google.protobuf.ByteString;
import io.raftctl.proto.v1.AppendAccepted;
import io.raftctl.proto.v1.AppendEntries;
import io.raftctl.proto.v1.AppendRejected;
import io.raftctl.proto.v1.EntriesReply;
import io.raftctl.proto.v1.EntryId;
import io.raftctl.proto.v1.Heartbeat;
import io.raftctl.proto.v1.HeartbeatReply;
import io.raftctl.proto.v1.InstallSnapshot;
import io.raftctl.proto.v1.LogEntry;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.proto.v1.PeerMessage;
import io.raftctl.proto.v1.PreVoteReply;
import io.raftctl.proto.v1.ReadIndexReply;
import io.raftctl.proto.v1.RequestChunk;
import io.raftctl.proto.v1.RequestEntries;
import io.raftctl.proto.v1.RequestPreVote;
import io.raftctl.proto.v1.RequestReadIndex;
import io.raftctl.proto.v1.RequestTerm;
import io.raftctl.proto.v1.RequestVote;
import io.raftctl.proto.v1.SnapshotName;
import io.raftctl.proto.v1.SnapshotStored;
import io.raftctl.proto.v1.TermReply;
import io.raftctl.proto.v1.TimeoutNow;
import io.raftctl.proto.v1.VoteReply;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// Batches as a peer sends them: of the right shape, with numbers near those of a node in term 3
/// with a log of a few entries.
final class PeerMessages {
  private static final byte[] MEMBERS =
      ConfigurationFormat.encode(
          Configuration.of(
              new TreeSet<>(List.of(new NodeId("1"), new NodeId("2"), new NodeId("3")))));

  private final RandomGenerator random;

  PeerMessages(RandomGenerator random) {
    this.random = random;
  }

  /// @param from the sender's id
  PeerBatch batch(String cluster, String from, String to) {
    PeerBatch.Builder batch =
        PeerBatch.newBuilder()
            .setCluster(cluster)
            .setFrom(from)
            .setTo(to)
            .setAddress("127.0.0.1:1")
            .setIncarnation(random.nextInt(3))
            .setAsk(random.nextInt(2));
    for (int i = random.nextInt(4); i >= 0; i--) {
      batch.addMessages(message());
    }
    return batch.build();
  }

  private PeerMessage message() {
    PeerMessage.Builder message = PeerMessage.newBuilder().setTerm(small(5));
    switch (random.nextInt(19)) {
      case 0 ->
          message.setRequestVote(
              RequestVote.newBuilder().setLast(id()).setTransfer(random.nextBoolean()));
      case 1 -> message.setVoteReply(VoteReply.newBuilder().setGranted(random.nextBoolean()));
      case 2, 3 -> message.setAppendEntries(appendEntries());
      case 4 ->
          message.setAppendAccepted(
              AppendAccepted.newBuilder()
                  .setMatchIndex(small(7))
                  .setHeldIndex(small(7))
                  .setUncounted(random.nextBoolean()));
      case 5 ->
          message.setAppendRejected(
              AppendRejected.newBuilder().setPrevious(id()).setLastPossibleMatch(id()));
      case 6 ->
          message.setHeartbeat(Heartbeat.newBuilder().setRound(small(5)).setCommitIndex(small(7)));
      case 7 ->
          message.setHeartbeatReply(
              HeartbeatReply.newBuilder().setRound(small(5)).setShortOfRoom(random.nextBoolean()));
      case 8 -> message.setInstallSnapshot(installSnapshot());
      case 9 ->
          message.setSnapshotStored(
              SnapshotStored.newBuilder().setLast(id()).setPosition(small(100)));
      case 10 -> message.setRequestPreVote(RequestPreVote.newBuilder().setLast(id()));
      case 11 ->
          message.setPreVoteReply(
              PreVoteReply.newBuilder().setAskedTerm(small(5)).setGranted(random.nextBoolean()));
      case 12 -> message.setTimeoutNow(TimeoutNow.getDefaultInstance());
      case 13 -> message.setRequestReadIndex(RequestReadIndex.newBuilder().setNumber(small(9)));
      case 14 ->
          message.setReadIndexReply(
              ReadIndexReply.newBuilder().setNumber(small(9)).setIndex(small(7)));
      case 15 ->
          message.setRequestEntries(
              RequestEntries.newBuilder()
                  .addWanted(id())
                  .addWanted(id())
                  .setLostFront(random.nextBoolean()));
      case 16 -> message.setEntriesReply(entriesReply());
      case 17 -> message.setRequestTerm(RequestTerm.newBuilder().setNumber(small(9)));
      default ->
          message.setTermReply(
              TermReply.newBuilder()
                  .setNumber(small(9))
                  .addMembers("1")
                  .addMembers("2")
                  .putAddresses("2", "127.0.0.1:1"));
    }
    if (random.nextInt(20) == 0) {
      message.setRequestChunk(
          RequestChunk.newBuilder().setSnapshot(snapshot()).setPosition(small(80)));
    }
    return message.build();
  }

  private AppendEntries.Builder appendEntries() {
    EntryId previous = id();
    AppendEntries.Builder append =
        AppendEntries.newBuilder().setPrevious(previous).setCommitIndex(small(7));
    long term = Math.max(1, previous.getTerm());
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      long index = previous.getIndex() + 1 + append.getEntriesCount();
      term += random.nextInt(2);
      append.addEntries(entry(term, index));
    }
    return append;
  }

  private LogEntry.Builder entry(long term, long index) {
    int kind = random.nextInt(3);
    LogEntry.Builder entry = LogEntry.newBuilder().setTerm(term).setIndex(index).setKindValue(kind);
    return switch (entry.getKind()) {
      case ENTRY_KIND_NO_OP -> entry;
      case ENTRY_KIND_CONFIGURATION -> entry.setData(ByteString.copyFrom(MEMBERS));
      case ENTRY_KIND_COMMAND, UNRECOGNIZED -> entry.setData(ByteString.copyFromUtf8("command"));
    };
  }

  private EntriesReply.Builder entriesReply() {
    return EntriesReply.newBuilder()
        .addEntries(entry(small(3), small(7)))
        .addLacking(id())
        .setFirstIndex(small(7))
        .setSnapshot(snapshot());
  }

  private InstallSnapshot.Builder installSnapshot() {
    byte[] data = new byte[random.nextInt(40)];
    random.nextBytes(data);
    return InstallSnapshot.newBuilder()
        .setLast(id())
        .setBytes(80)
        .setChecksum(random.nextInt())
        .setPosition(small(40))
        .setData(ByteString.copyFrom(data))
        .setDataChecksum(random.nextInt());
  }

  private SnapshotName.Builder snapshot() {
    return SnapshotName.newBuilder().setLast(id()).setBytes(80).setChecksum(5);
  }

  private EntryId id() {
    return EntryId.newBuilder().setTerm(small(4)).setIndex(small(7)).build();
  }

  private long small(int bound) {
    return random.nextInt(bound);
  }
}
