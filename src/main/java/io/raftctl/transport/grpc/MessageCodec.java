package io.raftctl.transport.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.raftctl.proto.v1.AppendAccepted;
import io.raftctl.proto.v1.AppendEntries;
import io.raftctl.proto.v1.AppendRejected;
import io.raftctl.proto.v1.EntriesReply;
import io.raftctl.proto.v1.EntryKind;
import io.raftctl.proto.v1.Heartbeat;
import io.raftctl.proto.v1.HeartbeatReply;
import io.raftctl.proto.v1.InstallSnapshot;
import io.raftctl.proto.v1.LogEntry;
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
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.transport.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The one place where protobuf meets [Message].
///
/// Decoding trusts nothing: whatever a hostile or broken peer sends, the core sees only messages
/// that some node could have meant.
final class MessageCodec {
  /// No term, index or round ever comes near this: so that sums of what a peer sends never
  /// overflow, and each has its place in the name of a file.
  static final long NUMBER_MAX = 1L << 59;

  private static final int MESSAGE_BYTES = 64;

  /// Far more nodes than a cluster has: each that is told of may be called.
  private static final int NODES_MAX = 1024;

  /// Far more than a node asks for at once: each is looked up, and answered.
  private static final int WANTED_MAX = 4096;

  private MessageCodec() {}

  /// About how many bytes the message takes on the wire.
  static long sizeOf(Message message) {
    long bytes = MESSAGE_BYTES;
    if (message instanceof Message.InstallSnapshot chunk) {
      bytes += chunk.data().length;
    }
    if (message instanceof Message.AppendEntries append) {
      bytes += sizeOf(append.entries());
    }
    if (message instanceof Message.EntriesReply reply) {
      bytes += sizeOf(reply.entries());
    }
    return bytes;
  }

  private static long sizeOf(List<Entry> entries) {
    return entries.stream().mapToLong(Entry::size).sum();
  }

  static PeerMessage encode(Message message) {
    PeerMessage.Builder wire = PeerMessage.newBuilder().setTerm(message.term());
    switch (message) {
      case Message.RequestVote m ->
          wire.setRequestVote(
              RequestVote.newBuilder().setLast(id(m.last())).setTransfer(m.transfer()));
      case Message.VoteReply m -> wire.setVoteReply(VoteReply.newBuilder().setGranted(m.granted()));
      case Message.AppendEntries m -> wire.setAppendEntries(appendEntries(m));
      case Message.AppendAccepted m ->
          wire.setAppendAccepted(
              AppendAccepted.newBuilder()
                  .setMatchIndex(m.matchIndex())
                  .setHeldIndex(m.heldIndex())
                  .setUncounted(!m.counts()));
      case Message.AppendRejected m ->
          wire.setAppendRejected(
              AppendRejected.newBuilder()
                  .setPrevious(id(m.previous()))
                  .setLastPossibleMatch(id(m.lastPossibleMatch())));
      case Message.InstallSnapshot m -> wire.setInstallSnapshot(installSnapshot(m));
      case Message.SnapshotStored m ->
          wire.setSnapshotStored(
              SnapshotStored.newBuilder().setLast(id(m.last())).setPosition(m.position()));
      case Message.Heartbeat m ->
          wire.setHeartbeat(
              Heartbeat.newBuilder().setRound(m.round()).setCommitIndex(m.commitIndex()));
      case Message.HeartbeatReply m ->
          wire.setHeartbeatReply(
              HeartbeatReply.newBuilder().setRound(m.round()).setShortOfRoom(m.shortOfRoom()));
      case Message.RequestPreVote m ->
          wire.setRequestPreVote(RequestPreVote.newBuilder().setLast(id(m.last())));
      case Message.PreVoteReply m ->
          wire.setPreVoteReply(
              PreVoteReply.newBuilder().setAskedTerm(m.askedTerm()).setGranted(m.granted()));
      case Message.TimeoutNow _ -> wire.setTimeoutNow(TimeoutNow.getDefaultInstance());
      case Message.RequestReadIndex m ->
          wire.setRequestReadIndex(RequestReadIndex.newBuilder().setNumber(m.number()));
      case Message.ReadIndexReply m ->
          wire.setReadIndexReply(
              ReadIndexReply.newBuilder().setNumber(m.number()).setIndex(m.index()));
      case Message.RequestEntries m ->
          wire.setRequestEntries(
              RequestEntries.newBuilder()
                  .addAllWanted(ids(m.wanted()))
                  .setLostFront(m.lostFront()));
      case Message.EntriesReply m -> wire.setEntriesReply(entriesReply(m));
      case Message.RequestChunk m ->
          wire.setRequestChunk(
              RequestChunk.newBuilder().setSnapshot(name(m.snapshot())).setPosition(m.position()));
      case Message.RequestTerm m ->
          wire.setRequestTerm(RequestTerm.newBuilder().setNumber(m.number()));
      case Message.TermReply m ->
          wire.setTermReply(
              TermReply.newBuilder()
                  .setNumber(m.number())
                  .addAllMembers(m.members().stream().map(NodeId::value).toList())
                  .putAllAddresses(addresses(m)));
    }
    return wire.build();
  }

  private static AppendEntries.Builder appendEntries(Message.AppendEntries message) {
    return AppendEntries.newBuilder()
        .setPrevious(id(message.previous()))
        .addAllEntries(entries(message.entries()))
        .setCommitIndex(message.commitIndex());
  }

  private static List<LogEntry> entries(List<Entry> entries) {
    List<LogEntry> wire = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      wire.add(
          LogEntry.newBuilder()
              .setTerm(entry.term())
              .setIndex(entry.index())
              .setKind(kind(entry.kind()))
              // Nobody changes the data of an entry, so nobody needs a copy.
              .setData(UnsafeByteOperations.unsafeWrap(entry.data()))
              .build());
    }
    return wire;
  }

  private static EntriesReply.Builder entriesReply(Message.EntriesReply message) {
    EntriesReply.Builder wire =
        EntriesReply.newBuilder()
            .addAllEntries(entries(message.entries()))
            .addAllLacking(ids(message.lacking()))
            .setFirstIndex(message.firstIndex());
    return message.snapshot() == null ? wire : wire.setSnapshot(name(message.snapshot()));
  }

  private static SnapshotName.Builder name(Snapshot snapshot) {
    return SnapshotName.newBuilder()
        .setLast(id(snapshot.last()))
        .setBytes(snapshot.bytes())
        .setChecksum(snapshot.checksum());
  }

  private static InstallSnapshot.Builder installSnapshot(Message.InstallSnapshot message) {
    return InstallSnapshot.newBuilder()
        .setLast(id(message.snapshot().last()))
        .setBytes(message.snapshot().bytes())
        .setChecksum(message.snapshot().checksum())
        .setPosition(message.position())
        .setData(UnsafeByteOperations.unsafeWrap(message.data()))
        .setDataChecksum(message.checksum());
  }

  private static EntryKind kind(Entry.Kind kind) {
    return switch (kind) {
      case NO_OP -> EntryKind.ENTRY_KIND_NO_OP;
      case COMMAND -> EntryKind.ENTRY_KIND_COMMAND;
      case CONFIGURATION -> EntryKind.ENTRY_KIND_CONFIGURATION;
    };
  }

  private static List<io.raftctl.proto.v1.EntryId> ids(List<EntryId> ids) {
    return ids.stream().map(MessageCodec::id).toList();
  }

  private static io.raftctl.proto.v1.EntryId id(EntryId id) {
    return io.raftctl.proto.v1.EntryId.newBuilder().setTerm(id.term()).setIndex(id.index()).build();
  }

  /// @param from,to the ends of the stream on which the message came
  static Message decode(PeerMessage wire, NodeId from, NodeId to) throws MalformedMessageException {
    long term = number(wire.getTerm(), "term");
    return switch (wire.getKindCase()) {
      case REQUEST_VOTE ->
          new Message.RequestVote(
              from,
              to,
              term,
              id(wire.getRequestVote().getLast()),
              wire.getRequestVote().getTransfer());
      case VOTE_REPLY -> new Message.VoteReply(from, to, term, wire.getVoteReply().getGranted());
      case APPEND_ENTRIES -> appendEntries(wire.getAppendEntries(), from, to, term);
      case APPEND_ACCEPTED -> appendAccepted(wire.getAppendAccepted(), from, to, term);
      case APPEND_REJECTED -> {
        AppendRejected rejected = wire.getAppendRejected();
        yield new Message.AppendRejected(
            from, to, term, id(rejected.getPrevious()), id(rejected.getLastPossibleMatch()));
      }
      case INSTALL_SNAPSHOT -> installSnapshot(wire.getInstallSnapshot(), from, to, term);
      case SNAPSHOT_STORED ->
          new Message.SnapshotStored(
              from,
              to,
              term,
              id(wire.getSnapshotStored().getLast()),
              number(wire.getSnapshotStored().getPosition(), "position"));
      case HEARTBEAT -> {
        Heartbeat heartbeat = wire.getHeartbeat();
        yield new Message.Heartbeat(
            from,
            to,
            term,
            number(heartbeat.getRound(), "round"),
            number(heartbeat.getCommitIndex(), "commit index"));
      }
      case HEARTBEAT_REPLY -> {
        HeartbeatReply reply = wire.getHeartbeatReply();
        long round = number(reply.getRound(), "round");
        yield new Message.HeartbeatReply(from, to, term, round, reply.getShortOfRoom());
      }
      case REQUEST_PRE_VOTE ->
          new Message.RequestPreVote(from, to, term, id(wire.getRequestPreVote().getLast()));
      case PRE_VOTE_REPLY -> {
        PreVoteReply reply = wire.getPreVoteReply();
        long askedTerm = number(reply.getAskedTerm(), "term");
        yield new Message.PreVoteReply(from, to, term, askedTerm, reply.getGranted());
      }
      case TIMEOUT_NOW -> new Message.TimeoutNow(from, to, term);
      case REQUEST_READ_INDEX ->
          new Message.RequestReadIndex(
              from, to, term, number(wire.getRequestReadIndex().getNumber(), "number"));
      case READ_INDEX_REPLY -> {
        ReadIndexReply reply = wire.getReadIndexReply();
        yield new Message.ReadIndexReply(
            from, to, term, number(reply.getNumber(), "number"), number(reply.getIndex(), "index"));
      }
      case REQUEST_ENTRIES -> requestEntries(wire.getRequestEntries(), from, to, term);
      case ENTRIES_REPLY -> entriesReply(wire.getEntriesReply(), from, to, term);
      case REQUEST_CHUNK -> requestChunk(wire.getRequestChunk(), from, to, term);
      case REQUEST_TERM ->
          new Message.RequestTerm(
              from, to, term, number(wire.getRequestTerm().getNumber(), "number"));
      case TERM_REPLY -> termReply(wire.getTermReply(), from, to, term);
      case KIND_NOT_SET -> throw new MalformedMessageException("a message of an unknown kind");
    };
  }

  private static Message requestEntries(RequestEntries wire, NodeId from, NodeId to, long term)
      throws MalformedMessageException {
    if (wire.getWantedCount() > WANTED_MAX) {
      throw new MalformedMessageException(wire.getWantedCount() + " entries wanted at once");
    }
    List<EntryId> wanted = idsOf(wire.getWantedList());
    if (wire.getLostFront() && wanted.isEmpty()) {
      throw new MalformedMessageException("a lost front without a name");
    }
    return new Message.RequestEntries(from, to, term, wanted, wire.getLostFront());
  }

  private static Map<String, String> addresses(Message.TermReply message) {
    TreeMap<String, String> addresses = new TreeMap<>();
    message.addresses().forEach((node, at) -> addresses.put(node.value(), at));
    return addresses;
  }

  private static Message termReply(TermReply wire, NodeId from, NodeId to, long term)
      throws MalformedMessageException {
    int nodes = Math.max(wire.getMembersCount(), wire.getAddressesCount());
    if (nodes > NODES_MAX) {
      throw new MalformedMessageException("a cluster of " + nodes + " nodes");
    }
    try {
      List<NodeId> members = wire.getMembersList().stream().map(NodeId::new).toList();
      TreeMap<NodeId, String> addresses = new TreeMap<>();
      wire.getAddressesMap()
          .forEach((node, at) -> addresses.put(new NodeId(node), Address.parse(at).toString()));
      return new Message.TermReply(
          from, to, term, number(wire.getNumber(), "number"), members, addresses);
    } catch (IllegalArgumentException noIdOrAddress) {
      throw new MalformedMessageException(String.valueOf(noIdOrAddress.getMessage()));
    }
  }

  private static Message installSnapshot(InstallSnapshot wire, NodeId from, NodeId to, long term)
      throws MalformedMessageException {
    Snapshot snapshot =
        new Snapshot(id(wire.getLast()), number(wire.getBytes(), "length"), wire.getChecksum());
    long position = number(wire.getPosition(), "position");
    byte[] data = wire.getData().toByteArray();
    if (data.length == 0 && position < snapshot.bytes()) {
      throw new MalformedMessageException("an empty chunk in the middle of a snapshot");
    }
    try {
      return new Message.InstallSnapshot(
          from, to, term, snapshot, position, data, wire.getDataChecksum());
    } catch (IllegalArgumentException outside) {
      throw new MalformedMessageException(String.valueOf(outside.getMessage()));
    }
  }

  private static Message appendAccepted(AppendAccepted wire, NodeId from, NodeId to, long term)
      throws MalformedMessageException {
    long matchIndex = number(wire.getMatchIndex(), "match index");
    long heldIndex = number(wire.getHeldIndex(), "held index");
    return new Message.AppendAccepted(
        from, to, term, matchIndex, Math.max(matchIndex, heldIndex), !wire.getUncounted());
  }

  private static Message entriesReply(EntriesReply wire, NodeId from, NodeId to, long term)
      throws MalformedMessageException {
    return new Message.EntriesReply(
        from,
        to,
        term,
        entriesOf(wire.getEntriesList()),
        idsOf(wire.getLackingList()),
        number(wire.getFirstIndex(), "index"),
        wire.hasSnapshot() ? named(wire.getSnapshot()) : null);
  }

  private static Message requestChunk(RequestChunk wire, NodeId from, NodeId to, long term)
      throws MalformedMessageException {
    Snapshot snapshot = named(wire.getSnapshot());
    long position = number(wire.getPosition(), "position");
    try {
      return new Message.RequestChunk(from, to, term, snapshot, position);
    } catch (IllegalArgumentException outside) {
      throw new MalformedMessageException(String.valueOf(outside.getMessage()));
    }
  }

  private static Snapshot named(SnapshotName wire) throws MalformedMessageException {
    return new Snapshot(id(wire.getLast()), number(wire.getBytes(), "length"), wire.getChecksum());
  }

  private static Message appendEntries(AppendEntries wire, NodeId from, NodeId to, long term)
      throws MalformedMessageException {
    List<Entry> entries = entriesOf(wire.getEntriesList());
    EntryId previous = id(wire.getPrevious());
    long commitIndex = number(wire.getCommitIndex(), "commit index");
    try {
      return new Message.AppendEntries(from, to, term, previous, entries, commitIndex);
    } catch (IllegalArgumentException gapOrImpossibleTerm) {
      throw new MalformedMessageException(String.valueOf(gapOrImpossibleTerm.getMessage()));
    }
  }

  private static List<Entry> entriesOf(List<LogEntry> wire) throws MalformedMessageException {
    List<Entry> entries = new ArrayList<>(wire.size());
    for (LogEntry entry : wire) {
      EntryId id = new EntryId(number(entry.getTerm(), "term"), number(entry.getIndex(), "index"));
      byte[] data = entry.getData().toByteArray();
      Entry.Kind kind = kind(entry.getKind());
      if (kind == Entry.Kind.CONFIGURATION) {
        requireConfiguration(data);
      }
      entries.add(new Entry(id, kind, data));
    }
    return entries;
  }

  /// The one kind of entry that the core itself understands, and acts on as soon as it has it.
  private static void requireConfiguration(byte[] data) throws MalformedMessageException {
    try {
      var _ = ConfigurationFormat.decode(data);
    } catch (IllegalArgumentException noneOfOurs) {
      throw new MalformedMessageException(String.valueOf(noneOfOurs.getMessage()));
    }
  }

  private static Entry.Kind kind(EntryKind wire) throws MalformedMessageException {
    return switch (wire) {
      case ENTRY_KIND_NO_OP -> Entry.Kind.NO_OP;
      case ENTRY_KIND_COMMAND -> Entry.Kind.COMMAND;
      case ENTRY_KIND_CONFIGURATION -> Entry.Kind.CONFIGURATION;
      case UNRECOGNIZED -> throw new MalformedMessageException("an entry of an unknown kind");
    };
  }

  private static List<EntryId> idsOf(List<io.raftctl.proto.v1.EntryId> wire)
      throws MalformedMessageException {
    List<EntryId> ids = new ArrayList<>(wire.size());
    for (io.raftctl.proto.v1.EntryId id : wire) {
      ids.add(id(id));
    }
    return ids;
  }

  private static EntryId id(io.raftctl.proto.v1.EntryId wire) throws MalformedMessageException {
    return new EntryId(number(wire.getTerm(), "term"), number(wire.getIndex(), "index"));
  }

  /// An unsigned number of the wire; what does not fit comes as a negative one.
  private static long number(long wire, String name) throws MalformedMessageException {
    if (wire < 0 || wire > NUMBER_MAX) {
      throw new MalformedMessageException(
          "an impossible " + name + ": " + Long.toUnsignedString(wire));
    }
    return wire;
  }
}
