package io.raftctl.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.raftctl.proto.v1.AppendAccepted;
import io.raftctl.proto.v1.AppendEntries;
import io.raftctl.proto.v1.EntriesReply;
import io.raftctl.proto.v1.EntryKind;
import io.raftctl.proto.v1.Heartbeat;
import io.raftctl.proto.v1.InstallSnapshot;
import io.raftctl.proto.v1.LogEntry;
import io.raftctl.proto.v1.PeerMessage;
import io.raftctl.proto.v1.RequestEntries;
import io.raftctl.proto.v1.RequestVote;
import io.raftctl.proto.v1.TermReply;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  private static final Snapshot SNAPSHOT = new Snapshot(new EntryId(2, 9), 77, 5);
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");

  private static final byte[] MEMBERS =
      ConfigurationFormat.encode(Configuration.of(List.of(ONE, TWO)));

  private static final Entry NO_OP = new Entry(new EntryId(3, 10), Entry.Kind.NO_OP, new byte[0]);

  static Stream<Message> messages() {
    return Stream.of(
        new Message.RequestVote(ONE, TWO, 3, new EntryId(2, 9), true),
        new Message.RequestVote(ONE, TWO, 1, EntryId.NONE, false),
        new Message.VoteReply(ONE, TWO, 3, true),
        new Message.VoteReply(ONE, TWO, 3, false),
        new Message.AppendEntries(ONE, TWO, 3, new EntryId(2, 9), List.of(NO_OP), 7),
        new Message.InstallSnapshot(
            ONE, TWO, 3, new Snapshot(new EntryId(2, 9), 1L << 40, -1), 5, new byte[] {1}, -2),
        new Message.InstallSnapshot(
            ONE, TWO, 3, new Snapshot(new EntryId(2, 9), 77, 5), 77, new byte[0], 0),
        new Message.SnapshotStored(ONE, TWO, 3, new EntryId(2, 9), 1L << 39),
        new Message.AppendAccepted(ONE, TWO, 3, 11, 11, true),
        new Message.AppendAccepted(ONE, TWO, 3, 11, 14, true),
        new Message.AppendAccepted(ONE, TWO, 3, 11, 11, false),
        new Message.RequestTerm(ONE, TWO, 0, 1L << 53),
        new Message.TermReply(
            ONE, TWO, 3, 1L << 53, List.of(ONE, TWO), Map.of(TWO, "node-2.example:8080")),
        new Message.AppendRejected(ONE, TWO, 3, new EntryId(2, 9), new EntryId(1, 4)),
        new Message.Heartbeat(ONE, TWO, 3, 5, 7),
        new Message.HeartbeatReply(ONE, TWO, 3, 5, true),
        new Message.RequestPreVote(ONE, TWO, 3, new EntryId(2, 9)),
        new Message.PreVoteReply(ONE, TWO, 3, 2, true),
        new Message.PreVoteReply(ONE, TWO, 3, 3, false),
        new Message.TimeoutNow(ONE, TWO, 3),
        new Message.RequestReadIndex(ONE, TWO, 3, 1L << 53),
        new Message.ReadIndexReply(ONE, TWO, 3, 1L << 53, 12),
        new Message.RequestEntries(
            ONE, TWO, 3, List.of(new EntryId(2, 9), new EntryId(3, 12)), true),
        new Message.RequestEntries(ONE, TWO, 3, List.of(), false),
        new Message.EntriesReply(ONE, TWO, 2, List.of(NO_OP), List.of(new EntryId(3, 12)), 5, null),
        new Message.EntriesReply(ONE, TWO, 2, List.of(), List.of(), 1, SNAPSHOT),
        new Message.RequestChunk(ONE, TWO, 2, SNAPSHOT, 0),
        new Message.RequestChunk(ONE, TWO, 2, SNAPSHOT, SNAPSHOT.bytes()));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyKindSurvivesTheWire(Message message) throws Exception {
    assertThat(overTheWire(message)).usingRecursiveComparison().isEqualTo(message);
  }

  @Test
  void everyKindIsAmongTheSamples() {
    List<Class<?>> sampled = messages().<Class<?>>map(Message::getClass).distinct().toList();
    assertThat(sampled).containsExactlyInAnyOrder(Message.class.getPermittedSubclasses());
  }

  @Test
  void entriesKeepTheirDataBeTheyEmptyOrLarge() throws Exception {
    byte[] large = new byte[(1 << 20) + 17];
    large[large.length - 1] = 42;
    List<Entry> entries =
        List.of(
            new Entry(new EntryId(2, 10), Entry.Kind.NO_OP, new byte[0]),
            new Entry(new EntryId(2, 11), Entry.Kind.COMMAND, large),
            new Entry(new EntryId(3, 12), Entry.Kind.CONFIGURATION, MEMBERS));

    Message.AppendEntries arrived =
        (Message.AppendEntries)
            overTheWire(
                new Message.AppendEntries(ONE, TWO, 3, new EntryId(2, 9), entries, 1L << 40));

    assertThat(arrived.commitIndex()).isEqualTo(1L << 40);
    assertThat(arrived.entries()).extracting(Entry::id).isEqualTo(ids(entries));
    for (int i = 0; i < entries.size(); i++) {
      assertThat(arrived.entries().get(i).kind()).isEqualTo(entries.get(i).kind());
      assertThat(arrived.entries().get(i).data()).isEqualTo(entries.get(i).data());
    }
  }

  private static List<EntryId> ids(List<Entry> entries) {
    return entries.stream().map(Entry::id).toList();
  }

  /// As a node of an older version says it.
  @Test
  void anAcceptanceThatDoesNotNameWhatIsHeldIsWhole() throws Exception {
    PeerMessage old =
        PeerMessage.newBuilder()
            .setTerm(3)
            .setAppendAccepted(AppendAccepted.newBuilder().setMatchIndex(11))
            .build();
    assertThat(MessageCodec.decode(old, ONE, TWO))
        .isEqualTo(new Message.AppendAccepted(ONE, TWO, 3, 11, 11, true));
  }

  private static Message overTheWire(Message message) throws Exception {
    ByteString bytes = MessageCodec.encode(message).toByteString();
    return MessageCodec.decode(
        PeerMessage.parseFrom(bytes.toByteArray()), message.from(), message.to());
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("an unknown kind", PeerMessage.newBuilder().setTerm(1)),
        Arguments.of("term", heartbeat(-1, 1, 1)),
        Arguments.of("term", heartbeat(Long.MAX_VALUE, 1, 1)),
        Arguments.of("term", heartbeat(1L << 60, 1, 1)), // No file name has room for it.
        Arguments.of("round", heartbeat(1, -5, 1)),
        Arguments.of("commit index", heartbeat(1, 1, -5)),
        Arguments.of(
            "match index",
            PeerMessage.newBuilder()
                .setAppendAccepted(AppendAccepted.newBuilder().setMatchIndex(-1))),
        Arguments.of(
            "index",
            PeerMessage.newBuilder().setRequestVote(RequestVote.newBuilder().setLast(id(1, -1)))),
        Arguments.of("cannot follow", append(5, id(1, 4), entry(1, 6))),
        Arguments.of("cannot follow", append(5, id(1, 4), entry(1, 5), entry(1, 7))),
        Arguments.of("cannot follow", append(5, id(1, 4), entry(1, 4))),
        Arguments.of("cannot follow", append(5, id(3, 4), entry(2, 5))),
        Arguments.of("no leader of term 5 sends these entries", append(5, id(1, 4), entry(6, 5))),
        Arguments.of("no leader of term 5 sends these entries", append(5, id(0, 0), entry(0, 1))),
        Arguments.of("no leader of term 5 sends these entries", append(5, id(1, 4))),
        Arguments.of(
            "an entry of an unknown kind", append(5, id(1, 4), entry(1, 5).setKindValue(77))),
        Arguments.of(
            "held index",
            PeerMessage.newBuilder()
                .setAppendAccepted(AppendAccepted.newBuilder().setHeldIndex(-1))),
        Arguments.of(
            "index",
            PeerMessage.newBuilder()
                .setRequestEntries(RequestEntries.newBuilder().addWanted(id(1, -1)))),
        Arguments.of(
            "a lost front without a name",
            PeerMessage.newBuilder()
                .setRequestEntries(RequestEntries.newBuilder().setLostFront(true))),
        Arguments.of(
            "term",
            PeerMessage.newBuilder()
                .setEntriesReply(EntriesReply.newBuilder().addLacking(id(-1, 1)))),
        Arguments.of(
            "an entry of an unknown kind",
            PeerMessage.newBuilder()
                .setEntriesReply(
                    EntriesReply.newBuilder().addEntries(entry(1, 5).setKindValue(9)))),
        Arguments.of("position", chunk(9, -1, "x")),
        Arguments.of("length", chunk(-1, 0, "x")),
        Arguments.of("bytes 8 to 10", chunk(9, 8, "xy")),
        Arguments.of("bytes 10 to 10", chunk(9, 10, "")),
        Arguments.of("an empty chunk", chunk(9, 8, "")));
  }

  static Stream<Arguments> tooManyOrUnreadable() {
    return Stream.of(
        Arguments.of(
            "a cluster of 1025 nodes",
            PeerMessage.newBuilder().setTermReply(TermReply.newBuilder().addAllMembers(ids(1025)))),
        Arguments.of(
            "a cluster of 1025 nodes",
            PeerMessage.newBuilder()
                .setTermReply(
                    TermReply.newBuilder()
                        .putAllAddresses(
                            ids(1025).stream()
                                .collect(Collectors.toMap(id -> id, _ -> "127.0.0.1:1"))))),
        Arguments.of(
            "4097 entries wanted at once",
            PeerMessage.newBuilder()
                .setRequestEntries(
                    RequestEntries.newBuilder().addAllWanted(Collections.nCopies(4097, id(1, 1))))),
        Arguments.of(
            "a configuration that ends too early",
            append(5, id(1, 4), members(1, 5, new byte[] {2, 0, 0}))),
        Arguments.of(
            "a configuration of an unknown version; upgrade this node",
            append(5, id(1, 4), members(1, 5, new byte[0]))),
        Arguments.of(
            "a configuration of an unknown version; upgrade this node",
            PeerMessage.newBuilder()
                .setEntriesReply(
                    EntriesReply.newBuilder().addEntries(members(1, 5, new byte[] {77})))));
  }

  @ParameterizedTest
  @MethodSource({"malformed", "tooManyOrUnreadable"})
  void whatNoNodeSendsIsRefused(String reason, PeerMessage.Builder wire) {
    assertThatThrownBy(() -> MessageCodec.decode(wire.build(), ONE, TWO))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(reason);
  }

  private static PeerMessage.Builder chunk(long bytes, long position, String data) {
    return PeerMessage.newBuilder()
        .setInstallSnapshot(
            InstallSnapshot.newBuilder()
                .setBytes(bytes)
                .setPosition(position)
                .setData(ByteString.copyFromUtf8(data)));
  }

  private static PeerMessage.Builder heartbeat(long term, long round, long commitIndex) {
    return PeerMessage.newBuilder()
        .setTerm(term)
        .setHeartbeat(Heartbeat.newBuilder().setRound(round).setCommitIndex(commitIndex));
  }

  private static PeerMessage.Builder append(
      long term, io.raftctl.proto.v1.EntryId previous, LogEntry.Builder... entries) {
    AppendEntries.Builder append = AppendEntries.newBuilder().setPrevious(previous);
    for (LogEntry.Builder entry : entries) {
      append.addEntries(entry);
    }
    return PeerMessage.newBuilder().setTerm(term).setAppendEntries(append);
  }

  private static List<String> ids(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toList();
  }

  private static LogEntry.Builder members(long term, long index, byte[] data) {
    return entry(term, index)
        .setKind(EntryKind.ENTRY_KIND_CONFIGURATION)
        .setData(ByteString.copyFrom(data));
  }

  private static LogEntry.Builder entry(long term, long index) {
    return LogEntry.newBuilder().setTerm(term).setIndex(index);
  }

  private static io.raftctl.proto.v1.EntryId id(long term, long index) {
    return io.raftctl.proto.v1.EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }
}
