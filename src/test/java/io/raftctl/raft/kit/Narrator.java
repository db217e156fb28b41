package io.raftctl.raft.kit;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Tells in short lines what happens to a [CoreCluster]: who hears what, and what it makes of it.
final class Narrator {
  /// What of a node is worth telling when it changes.
  private record Picture(
      String role,
      String vote,
      EntryId base,
      String log,
      String members,
      String damage,
      int applied) {}

  private final StringBuilder told = new StringBuilder();
  private final Map<NodeId, Picture> pictures = new TreeMap<>();
  private final List<String> answered = new ArrayList<>();

  Narrator(CoreCluster cluster) {
    cluster.nodes().forEach(node -> pictures.put(node.id, picture(node)));
    cluster.observe(message -> tell(line(message)));
    cluster.observeSteps(this::stepped);
  }

  /// What was told since the last call.
  String take() {
    String text = told.toString();
    told.setLength(0);
    return text;
  }

  void tell(String line) {
    told.append(line).append('\n');
  }

  /// One message, as the files write it.
  static String line(Message message) {
    String text =
        switch (message) {
          case Message.RequestVote request -> "last entry " + request.last();
          case Message.VoteReply reply -> reply.granted() ? "granted" : "refused";
          case Message.RequestPreVote request -> "last entry " + request.last();
          case Message.PreVoteReply reply ->
              (reply.granted() ? "granted" : "refused") + " after term " + reply.askedTerm();
          case Message.TimeoutNow _ -> "campaign";
          case Message.AppendEntries request ->
              "after %s: %s, commit %s"
                  .formatted(
                      request.previous(),
                      Shorthand.boxes(request.entries()),
                      request.commitIndex());
          case Message.AppendAccepted reply ->
              "up to "
                  + reply.matchIndex()
                  + (reply.heldIndex() > reply.matchIndex()
                      ? ", held to " + reply.heldIndex()
                      : "");
          case Message.AppendRejected reply ->
              "lacks %s, may agree at %s".formatted(reply.previous(), reply.lastPossibleMatch());
          case Message.InstallSnapshot chunk ->
              "up to %s, bytes %s to %s of %s"
                  .formatted(
                      chunk.snapshot().last(),
                      chunk.position(),
                      chunk.position() + chunk.data().length,
                      chunk.snapshot().bytes());
          case Message.SnapshotStored reply ->
              "up to %s, %s bytes".formatted(reply.last(), reply.position());
          case Message.Heartbeat heartbeat ->
              "round %s, commit %s".formatted(heartbeat.round(), heartbeat.commitIndex());
          case Message.HeartbeatReply reply ->
              "round " + reply.round() + (reply.shortOfRoom() ? ", short of room" : "");
          case Message.RequestReadIndex request -> "number " + request.number();
          case Message.RequestTerm request -> "number " + request.number();
          case Message.TermReply reply ->
              "number %s, members %s".formatted(reply.number(), reply.members());
          case Message.ReadIndexReply reply ->
              "number %s, index %s".formatted(reply.number(), reply.index());
          case Message.RequestEntries request -> "wants " + request.wanted();
          case Message.RequestChunk request ->
              "wants the %s from byte %d on".formatted(request.snapshot(), request.position());
          case Message.EntriesReply reply ->
              "%s, lacks %s"
                  .formatted(
                      reply.entries().isEmpty() ? "nothing" : Shorthand.boxes(reply.entries()),
                      reply.lacking());
        };
    return "%s -> %s  %s, term %s: %s"
        .formatted(
            message.from(), message.to(), message.getClass().getSimpleName(), message.term(), text);
  }

  /// A node as `show` prints it.
  static String row(CoreNode node) {
    int synced = node.disk.syncedEntries().size();
    if (!node.up()) {
      return "%s  is down, on its disk: %s".formatted(node.id, log(node));
    }
    Raft raft = node.raft();
    StringBuilder row = new StringBuilder();
    row.append(
        "%s  %s, term %s, commit %s, log: %s"
            .formatted(node.id, raft.role(), raft.term(), raft.commitIndex(), log(node)));
    if (!node.disk.syncedEntries().equals(node.disk.entries())) {
      row.append("  (of which ").append(synced).append(" are synced)");
    }
    if (raft.leads()) {
      List<String> matches = new ArrayList<>();
      raft.matchIndexes().forEach((peer, match) -> matches.add(peer + ":" + match));
      row.append("  (match ").append(String.join(" ", matches)).append(')');
    }
    if (raft.damage().any()) {
      row.append("  (").append(raft.damage().text()).append(')');
    }
    return row.toString();
  }

  private void stepped(CoreNode node) {
    Picture before = pictures.put(node.id, picture(node));
    Picture now = pictures.get(node.id);
    if (before == null || now == null) {
      return;
    }
    if (now.base.index() > before.base.index()) {
      tellOf(node, "keeps entries after " + now.base + ", a snapshot holds the rest");
    }
    if (!node.up() || !now.role.equals(before.role)) {
      tellOf(node, now.role);
    }
    if (!now.vote.equals(before.vote) && !now.vote.isEmpty()) {
      tellOf(node, now.vote);
    }
    if (!now.log.equals(before.log)) {
      tellOf(node, "log: " + log(node));
    }
    if (!now.members.equals(before.members)) {
      tellOf(node, "goes by " + now.members);
    }
    if (!now.damage.equals(before.damage)) {
      tellOf(node, now.damage.isEmpty() ? "misses no entry" : now.damage);
    }
    if (now.applied > before.applied) {
      List<Entry> committed = node.applied.subList(before.applied, now.applied);
      tellOf(node, "commits " + Shorthand.boxes(committed));
    }
    tellAnswers(node);
  }

  private void tellAnswers(CoreNode node) {
    node.transferred.forEach(
        (ticket, heir) -> tellOnce(node, "has handed over to " + heir + ", request " + ticket));
    node.readable.forEach(
        (ticket, index) -> tellOnce(node, "answers read " + ticket + " from index " + index));
    node.refused.forEach(
        (ticket, refused) -> tellOnce(node, "refuses request " + ticket + ": " + why(refused)));
  }

  private static String why(Effects.Refused refused) {
    if (refused.reason() != Effects.Reason.NOT_LEADER) {
      return refused.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    return refused.leader() == null ? "no leader" : "ask " + refused.leader();
  }

  private void tellOnce(CoreNode node, String line) {
    if (!answered.contains(node.id + line)) {
      answered.add(node.id + line);
      tellOf(node, line);
    }
  }

  private void tellOf(CoreNode node, String line) {
    tell("     " + node.id + " " + line);
  }

  private static String log(CoreNode node) {
    return node.log().isEmpty() ? "empty" : node.log();
  }

  private static Picture picture(CoreNode node) {
    Raft raft = node.raft();
    NodeId leader = raft.leader();
    String role =
        switch (raft.role()) {
          case "leader" -> "leads term " + raft.term();
          case "pre-candidate" -> "is a pre-candidate in term " + raft.term();
          case "candidate" -> "is a candidate in term " + raft.term();
          default ->
              "follows %s in term %s".formatted(leader == null ? "nobody" : leader, raft.term());
        };
    String vote = raft.vote() == null ? "" : "votes for " + raft.vote();
    return new Picture(
        node.up() ? role : "is down",
        vote + (vote.isEmpty() ? "" : " in term " + raft.term()),
        node.disk.base(),
        node.log(),
        raft.members().toString(),
        raft.damage().text(),
        node.applied.size());
  }
}
