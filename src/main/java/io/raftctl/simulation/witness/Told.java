package io.raftctl.simulation.witness;

import io.raftctl.raft.Message;
import java.util.Locale;

/// A message that a node sends or hears, as a person reads of it: what matters, in a line.
///
/// Made for each message and seldom read, so the text is put together only then.
public record Told(Way way, Message message) {
  /// What becomes of it.
  public enum Way {
    SENDS,
    HEARS,
    LOSES
  }

  public static Told sends(Message message) {
    return new Told(Way.SENDS, message);
  }

  public static Told hears(Message message) {
    return new Told(Way.HEARS, message);
  }

  /// On the way to its receiver.
  public static Told loses(Message message) {
    return new Told(Way.LOSES, message);
  }

  @Override
  public String toString() {
    String who = way == Way.HEARS ? "from " + message.from() : "to " + message.to();
    String name = message.getClass().getSimpleName();
    String text = text();
    return "%s %s %s, term %d%s%s"
        .formatted(
            way.name().toLowerCase(Locale.ROOT),
            name,
            who,
            message.term(),
            text.isEmpty() ? "" : ": ",
            text);
  }

  private String text() {
    return switch (message) {
      case Message.RequestVote it -> "last " + it.last() + (it.transfer() ? ", by transfer" : "");
      case Message.VoteReply it -> it.granted() ? "granted" : "refused";
      case Message.RequestPreVote it -> "last " + it.last();
      case Message.PreVoteReply it ->
          (it.granted() ? "granted" : "refused") + ", asked in term " + it.askedTerm();
      case Message.TimeoutNow _ -> "";
      case Message.AppendEntries it ->
          "%d entries after %s, commit %d"
              .formatted(it.entries().size(), it.previous(), it.commitIndex());
      case Message.AppendAccepted it ->
          "match %d, held %d%s"
              .formatted(
                  it.matchIndex(), it.heldIndex(), it.counts() ? "" : ", counts for nothing");
      case Message.AppendRejected it ->
          "lacks " + it.previous() + ", last possible match " + it.lastPossibleMatch();
      case Message.InstallSnapshot it ->
          "%d bytes from %d on of the %s".formatted(it.data().length, it.position(), it.snapshot());
      case Message.SnapshotStored it -> it.position() + " bytes of the one at " + it.last();
      case Message.Heartbeat it -> "round " + it.round() + ", commit " + it.commitIndex();
      case Message.HeartbeatReply it ->
          "round " + it.round() + (it.shortOfRoom() ? ", short of room" : "");
      case Message.RequestReadIndex it -> "number " + it.number();
      case Message.ReadIndexReply it -> "number " + it.number() + ", index " + it.index();
      case Message.RequestEntries it ->
          it.wanted().size() + " entries wanted" + (it.lostFront() ? ", and a snapshot" : "");
      case Message.EntriesReply it ->
          it.entries().size() + " entries, " + it.lacking().size() + " lacking";
      case Message.RequestChunk it -> "from " + it.position() + " on of the " + it.snapshot();
      case Message.RequestTerm it -> "number " + it.number();
      case Message.TermReply it -> "number " + it.number() + ", members " + it.members();
    };
  }
}
