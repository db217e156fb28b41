package io.raftctl.raft.repair;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node knows of the entries that its disk has lost.
///
/// @param entries how many are lost still
/// @param first the first of them, null where there is none
/// @param front whether that one is the entry before the log, and stands for all up to there: the
///   snapshot that held it is lost
/// @param prospect what is to be hoped for that one
/// @param peers who is asked for it
/// @param mended how many were put back since the start
/// @param mendedFrom who gave the last one of these, or null
public record Damage(
    int entries,
    @Nullable EntryId first,
    boolean front,
    Prospect prospect,
    List<NodeId> peers,
    long mended,
    @Nullable NodeId mendedFrom) {
  /// Nothing is lost, and nothing was.
  public static final Damage NONE = new Damage(0, null, false, Prospect.ASKING, List.of(), 0, null);

  /// What is to be hoped for a lost entry.
  public enum Prospect {
    /// Not all peers have answered, or none is known to be asked.
    ASKING,
    /// A peer has it in a snapshot only, and gives that.
    IN_SNAPSHOT,
    /// All peers have answered, and none holds it whole.
    NOBODY
  }

  /// Whether any entry is lost.
  public boolean any() {
    return first != null;
  }

  /// In a line for the operator; empty where nothing is lost.
  public String text() {
    if (first == null) {
      return "";
    }
    String more = entries == 1 ? "" : " and " + (entries - 1) + " more";
    return front
        ? "the snapshot up to entry %d of term %d%s is lost on this disk; %s"
            .formatted(first.index(), first.term(), more.isEmpty() ? "" : more + " entries", hope())
        : "entry %d of term %d%s %s damaged on this disk; %s"
            .formatted(first.index(), first.term(), more, more.isEmpty() ? "is" : "are", hope());
  }

  private String hope() {
    return switch (prospect) {
      case ASKING ->
          peers.isEmpty()
              ? "waiting for a leader to ask"
              : "asking " + String.join(", ", peers.stream().map(NodeId::value).toList());
      case IN_SNAPSHOT -> "a peer holds it in a snapshot, which is to come";
      case NOBODY -> "no peer holds it intact: docs/repair.md says what to do";
    };
  }
}
