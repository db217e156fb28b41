package io.raftctl.simulation.script;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.fault.Barrier;
import io.raftctl.simulation.time.Millis;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Something that somebody does to a world from outside. Its text is a line of a scenario.
public sealed interface Act {
  /// The power of a machine fails, or its process is killed.
  record Kill(NodeId node) implements Act {}

  /// A machine starts on what its disk holds.
  record Start(NodeId node) implements Act {}

  /// A process stands still for so long, and messages wait.
  record Pause(NodeId node, long micros) implements Act {}

  /// A clock jumps ahead.
  record Jump(NodeId node, long micros) implements Act {}

  /// Some nodes hear some others no more, beside those that do not already.
  record Cut(Barrier barrier) implements Act {}

  /// No link is cut.
  record Heal() implements Act {}

  /// A node is to hand over its leadership.
  ///
  /// @param heir null: whoever is best prepared
  record HandOver(NodeId asked, @Nullable NodeId heir) implements Act {}

  /// A leader is to have other members.
  record Change(NodeId asked, List<NodeId> voters, List<NodeId> learners) implements Act {}

  /// A node asks to join until the cluster knows it.
  record Join(NodeId node) implements Act {}

  /// A machine gets another address; its node is started anew, and tells the cluster.
  record Move(NodeId node) implements Act {}

  /// A disk is replaced by an empty one, and the node comes back on it under its old id.
  record LoseDisk(NodeId node) implements Act {}

  /// Something is wrong with a disk.
  record Disk(NodeId node, DiskFault fault) implements Act {}

  /// A client asks for something, and sends it again wherever it may.
  ///
  /// @param client counts from 1
  /// @param number counts the requests of this client; it draws how this one is sent
  record Ask(int client, int number, Request request) implements Act {}

  /// What is wrong with a disk.
  sealed interface DiskFault {
    /// It takes so many bytes more, and is full then.
    record Full(long bytes) implements DiskFault {}

    /// The same, from when a snapshot is next written or received.
    record FullInSnapshot(boolean received, long bytes) implements DiskFault {}

    /// It has room again.
    record Room() implements DiskFault {}

    /// The power fails in the middle of its n-th operation from now.
    record Crash(int operations) implements DiskFault {}

    /// The n-th operation from now fails.
    record Fail(int operations) implements DiskFault {}

    /// Nothing that waits for it goes on, for so long.
    record Hang(long micros) implements DiskFault {}

    /// The same, until the node is killed.
    record HangForGood() implements DiskFault {}
  }

  /// What a client asks for.
  sealed interface Request {
    /// To write what nobody else writes: the client and the number of the request.
    record Put(String key) implements Request {}

    /// To count on the client's own counter.
    record Incr() implements Request {}

    record Get(String key, Consistency consistency) implements Request {}
  }

  /// What a world must be prepared for to have it done; null where every world is.
  default @Nullable Trouble trouble() {
    return switch (this) {
      case Kill _ -> Trouble.CRASHES;
      case Pause _ -> Trouble.PAUSES;
      case Jump _ -> Trouble.JUMPS;
      case Cut _ -> Trouble.PARTITIONS;
      case HandOver _ -> Trouble.TRANSFERS;
      case Change _ -> Trouble.CHANGES;
      case Join _ -> Trouble.JOINS;
      case Move _ -> Trouble.MOVES;
      case LoseDisk _ -> Trouble.LOST_DISKS;
      case Disk(_, DiskFault.Full _), Disk(_, DiskFault.FullInSnapshot _) -> Trouble.FULL_DISKS;
      case Disk(_, DiskFault.Crash _) -> Trouble.CRASHES;
      case Disk(_, DiskFault.Fail _) -> Trouble.FAILING_DISKS;
      case Disk(_, DiskFault.Hang _), Disk(_, DiskFault.HangForGood _) -> Trouble.HANGING_DISKS;
      case Start _, Heal _, Ask _, Disk(_, DiskFault.Room _) -> null;
    };
  }

  /// The nodes that it needs.
  default List<NodeId> nodes() {
    return switch (this) {
      case Kill(NodeId node) -> List.of(node);
      case Start(NodeId node) -> List.of(node);
      case Pause(NodeId node, _) -> List.of(node);
      case Jump(NodeId node, _) -> List.of(node);
      case HandOver(NodeId asked, NodeId heir) ->
          heir == null ? List.of(asked) : List.of(asked, heir);
      case Change(NodeId asked, _, _) -> List.of(asked);
      case Join(NodeId node) -> List.of(node);
      case Move(NodeId node) -> List.of(node);
      case LoseDisk(NodeId node) -> List.of(node);
      case Disk(NodeId node, _) -> List.of(node);
      case Cut _, Heal _, Ask _ -> List.of();
    };
  }

  /// The line of a scenario that does it.
  default String line() {
    return switch (this) {
      case Kill(NodeId node) -> "kill " + node;
      case Start(NodeId node) -> "start " + node;
      case Pause(NodeId node, long micros) -> "pause " + node + " " + Millis.text(micros);
      case Jump(NodeId node, long micros) -> "clock " + node + " " + Millis.text(micros);
      case Cut(Barrier barrier) -> "cut " + barrier;
      case Heal _ -> "heal";
      case HandOver(NodeId asked, NodeId heir) ->
          "hand-over " + asked + (heir == null ? "" : " " + heir);
      case Change(NodeId asked, List<NodeId> voters, List<NodeId> learners) ->
          "change " + asked + words(" voters", voters) + words(" learners", learners);
      case Join(NodeId node) -> "join " + node;
      case Move(NodeId node) -> "move " + node;
      case LoseDisk(NodeId node) -> "lose-disk " + node;
      case Disk(NodeId node, DiskFault fault) -> "disk " + node + " " + line(fault);
      case Ask(int client, int number, Request request) ->
          "client " + client + "." + number + " " + line(request);
    };
  }

  private static String line(DiskFault fault) {
    return switch (fault) {
      case DiskFault.Full(long bytes) -> "full " + bytes;
      case DiskFault.FullInSnapshot(boolean received, long bytes) ->
          "full " + bytes + (received ? " receiving" : " writing");
      case DiskFault.Room _ -> "room";
      case DiskFault.Crash(int operations) -> "crash " + operations;
      case DiskFault.Fail(int operations) -> "fail " + operations;
      case DiskFault.Hang(long micros) -> "hang " + Millis.text(micros);
      case DiskFault.HangForGood _ -> "hang";
    };
  }

  private static String line(Request request) {
    return switch (request) {
      case Request.Put(String key) -> "put " + key;
      case Request.Incr _ -> "incr";
      case Request.Get(String key, Consistency consistency) ->
          "get " + key + " " + consistency.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String words(String before, List<NodeId> nodes) {
    return nodes.isEmpty()
        ? ""
        : nodes.stream().map(NodeId::value).collect(Collectors.joining(" ", before + " ", ""));
  }
}
