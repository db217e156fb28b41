package io.raftctl.raft.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.members.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/// Short words for nodes, entries and messages, so that a test reads like the paper.
public final class Shorthand {
  public static final int ELECTION_TICKS = 10;
  public static final int HEARTBEAT_TICKS = 3;

  private Shorthand() {}

  public static NodeId id(int node) {
    return new NodeId(Integer.toString(node));
  }

  /// The settings of node `node` of `nodes`, which does not say its incarnation.
  public static RaftConfig config(
      int node, int nodes, RaftConfig.Features features, RaftConfig.Limits limits) {
    return config(node, Incarnation.UNTOLD, nodes, features, limits);
  }

  public static RaftConfig config(
      int node,
      long incarnation,
      int nodes,
      RaftConfig.Features features,
      RaftConfig.Limits limits) {
    List<NodeId> voters = new ArrayList<>();
    for (int voter = 1; voter <= nodes; voter++) {
      voters.add(id(voter));
    }
    return new RaftConfig(
        id(node), incarnation, voters, ELECTION_TICKS, HEARTBEAT_TICKS, features, limits);
  }

  /// The id of an entry, written as in the output: `at(3, 2)` is `3@2`, the third entry, of term 2.
  public static EntryId at(long index, long term) {
    return new EntryId(term, index);
  }

  public static Entry command(EntryId id, String text) {
    return new Entry(id, Entry.Kind.COMMAND, text.getBytes(UTF_8));
  }

  /// Entries from the first place on, as the paper draws a log: the term of each, and after a colon
  /// the command where there is one.
  public static List<Entry> log(String terms) {
    return entriesFrom(1, terms);
  }

  /// The same, from `index` on.
  public static List<Entry> entriesFrom(long index, String terms) {
    List<Entry> entries = new ArrayList<>();
    for (String box : terms.isBlank() ? new String[0] : terms.strip().split(" +", -1)) {
      int colon = box.indexOf(':');
      long term = Long.parseLong(colon < 0 ? box : box.substring(0, colon));
      EntryId id = at(index + entries.size(), term);
      String text = box.substring(colon + 1);
      entries.add(
          colon < 0
              ? new Entry(id, Entry.Kind.NO_OP, new byte[0])
              : text.startsWith("{") ? configuration(id, text) : command(id, text));
    }
    return entries;
  }

  /// One entry as [#log] writes it.
  public static String box(Entry entry) {
    return switch (entry.kind()) {
      case NO_OP -> "" + entry.term();
      case COMMAND -> entry.term() + ":" + new String(entry.data(), UTF_8);
      case CONFIGURATION -> entry.term() + ":" + box(ConfigurationFormat.decode(entry.data()));
    };
  }

  /// Voters, `+` and the outgoing ones, `~` and the learners, `-` and the removed ones.
  private static String box(Configuration members) {
    return "{%s+%s~%s-%s}"
        .formatted(
            ids(members.voters()),
            ids(members.outgoing()),
            ids(members.learners()),
            ids(members.removed()));
  }

  private static String ids(SortedSet<NodeId> nodes) {
    return String.join(",", nodes.stream().map(NodeId::value).toList());
  }

  private static Entry configuration(EntryId id, String text) {
    String[] lists = text.substring(1, text.length() - 1).split("[+~-]", -1);
    Configuration members =
        new Configuration(nodes(lists[0]), nodes(lists[1]), nodes(lists[2]), nodes(lists[3]));
    return new Entry(id, Entry.Kind.CONFIGURATION, ConfigurationFormat.encode(members));
  }

  /// Nodes by their ids with commas between.
  public static SortedSet<NodeId> nodes(String ids) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (String id : ids.isEmpty() ? new String[0] : ids.split(",", -1)) {
      nodes.add(new NodeId(id));
    }
    return nodes;
  }

  /// Entries as [#log] writes them.
  public static String boxes(List<Entry> entries) {
    return String.join(" ", entries.stream().map(Shorthand::box).toList());
  }

  /// What the snapshots of these tests hold: the entries themselves, as [#log] writes them.
  public static byte[] encode(List<Entry> applied) {
    return boxes(applied).getBytes(UTF_8);
  }

  public static List<Entry> decode(byte[] snapshot) {
    return log(new String(snapshot, UTF_8));
  }

  public static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }

  public static Message.RequestVote requestVote(int from, int to, long term, EntryId last) {
    return new Message.RequestVote(id(from), id(to), term, last, false);
  }

  public static Message.VoteReply vote(int from, int to, long term, boolean granted) {
    return new Message.VoteReply(id(from), id(to), term, granted);
  }

  /// The leader's entries behind `previous`, written as in [#log].
  public static Message.AppendEntries append(
      int from, int to, long term, EntryId previous, String terms, long commitIndex) {
    List<Entry> entries = entriesFrom(previous.index() + 1, terms);
    return new Message.AppendEntries(id(from), id(to), term, previous, entries, commitIndex);
  }

  public static Message.AppendAccepted accepted(int from, int to, long term, long matchIndex) {
    return new Message.AppendAccepted(id(from), id(to), term, matchIndex, matchIndex, true);
  }

  public static Message.AppendRejected rejected(
      int from, int to, long term, EntryId previous, EntryId hint) {
    return new Message.AppendRejected(id(from), id(to), term, previous, hint);
  }

  public static Message.Heartbeat heartbeat(
      int from, int to, long term, long round, long commitIndex) {
    return new Message.Heartbeat(id(from), id(to), term, round, commitIndex);
  }

  public static Message.HeartbeatReply beat(int from, int to, long term, long round) {
    return new Message.HeartbeatReply(id(from), id(to), term, round, false);
  }
}
