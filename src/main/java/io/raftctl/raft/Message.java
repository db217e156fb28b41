package io.raftctl.raft;

import io.raftctl.raft.snapshot.Snapshot;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What nodes say to each other. Every message carries the term of its sender (§5.1).
public sealed interface Message {
  NodeId from();

  NodeId to();

  /// The sender's current term.
  long term();

  /// Whether it can be large, and must let others pass: what keeps a leader is small.
  default boolean isBulk() {
    return this instanceof AppendEntries
        || this instanceof EntriesReply
        || this instanceof InstallSnapshot;
  }

  /// A candidate asks for a vote (§5.2, §5.4.1).
  ///
  /// @param last the id of the candidate's last entry
  /// @param transfer the leader told the candidate to campaign ([TimeoutNow]), so nobody owes it
  ///   loyalty any more
  record RequestVote(NodeId from, NodeId to, long term, EntryId last, boolean transfer)
      implements Message {}

  /// The answer to [RequestVote].
  record VoteReply(NodeId from, NodeId to, long term, boolean granted) implements Message {}

  /// Somebody who hears from no leader asks whether it would get the receiver's vote in the next
  /// term (thesis §9.6). It begins no term and binds nobody.
  ///
  /// @param term the sender's current term, one less than the one that it would campaign in
  /// @param last the id of the sender's last entry
  record RequestPreVote(NodeId from, NodeId to, long term, EntryId last) implements Message {}

  /// The answer to [RequestPreVote].
  ///
  /// @param term the term of who answers; a granted one may be lower than that of who asked
  /// @param askedTerm the term of the request, so that an answer to an older one is known as such
  record PreVoteReply(NodeId from, NodeId to, long term, long askedTerm, boolean granted)
      implements Message {}

  /// The leader hands its leadership over: the receiver, which holds all of its log, is to campaign
  /// at once (thesis §3.10).
  record TimeoutNow(NodeId from, NodeId to, long term) implements Message {}

  /// The leader hands over entries (§5.3).
  ///
  /// @param previous the id of the entry right before the first of `entries`
  /// @param entries at least one; they follow `previous` without a gap, and their terms neither
  ///   fall nor exceed the sender's
  /// @param commitIndex the leader's commit index
  record AppendEntries(
      NodeId from, NodeId to, long term, EntryId previous, List<Entry> entries, long commitIndex)
      implements Message {
    /// @throws IllegalArgumentException where no leader could have sent these entries
    public AppendEntries {
      entries = List.copyOf(entries);
      EntryId before = previous;
      for (Entry entry : entries) {
        if (entry.index() != before.index() + 1 || entry.term() < before.term()) {
          throw new IllegalArgumentException("entry " + entry.id() + " cannot follow " + before);
        }
        before = entry.id();
      }
      if (entries.isEmpty() || before.term() > term || entries.getFirst().term() == 0) {
        throw new IllegalArgumentException("no leader of term " + term + " sends these entries");
      }
    }

    /// The index of the last entry that this message proves: past it the receiver's log may still
    /// hold a rival's entries.
    public long lastMatch() {
      return previous.index() + entries.size();
    }
  }

  /// The follower's log agrees with the leader's.
  ///
  /// @param matchIndex up to here the follower's disk holds it, whole and synced: a quorum may rest
  ///   on it
  /// @param heldIndex up to here it holds it by name, synced; more than `matchIndex` only where an
  ///   entry is damaged
  /// @param counts false where the follower has forgotten what it has promised, so that nothing may
  ///   rest on it ([io.raftctl.raft.rejoin])
  record AppendAccepted(
      NodeId from, NodeId to, long term, long matchIndex, long heldIndex, boolean counts)
      implements Message {
    /// @throws IllegalArgumentException where more is whole than there is
    public AppendAccepted {
      if (matchIndex > heldIndex) {
        throw new IllegalArgumentException("match " + matchIndex + " past held " + heldIndex);
      }
    }

    /// The same, but nothing may rest on it.
    AppendAccepted countingForNothing() {
      return new AppendAccepted(from, to, term, matchIndex, heldIndex, false);
    }
  }

  /// The follower's log does not hold the `previous` of an [AppendEntries].
  ///
  /// @param previous the id it does not hold, so that a late rejection is known as such
  /// @param lastPossibleMatch the last entry of the follower at which the logs may still agree
  record AppendRejected(
      NodeId from, NodeId to, long term, EntryId previous, EntryId lastPossibleMatch)
      implements Message {}

  /// The leader hands over a part of a snapshot, because it has no longer the entries that the
  /// receiver lacks (§7).
  ///
  /// @param position of the first byte of `data` in the snapshot
  /// @param data may be empty at the end of the snapshot: that asks whether the receiver is done
  /// @param term the leader's; [#ASKED_FOR] where this answers a [RequestChunk]
  /// @param checksum CRC32C of `data`
  record InstallSnapshot(
      NodeId from,
      NodeId to,
      long term,
      Snapshot snapshot,
      long position,
      byte[] data,
      int checksum)
      implements Message {
    /// The term of what the receiver has asked for: no leader has it, and none is needed. What a
    /// snapshot holds is committed.
    public static final long ASKED_FOR = 0;

    /// @throws IllegalArgumentException where the part lies outside of the snapshot
    public InstallSnapshot {
      if (position < 0 || position + data.length > snapshot.bytes()) {
        throw new IllegalArgumentException(
            "bytes %d to %d of a %s".formatted(position, position + data.length, snapshot));
      }
    }

    /// Whether the receiver has asked for this. Then it heeds no terms.
    public boolean isAskedFor() {
      return term == ASKED_FOR;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof InstallSnapshot same
          && from.equals(same.from)
          && to.equals(same.to)
          && term == same.term
          && snapshot.equals(same.snapshot)
          && position == same.position
          && checksum == same.checksum
          && Arrays.equals(data, same.data);
    }

    @Override
    public int hashCode() {
      return Objects.hash(from, to, term, snapshot, position, checksum);
    }
  }

  /// The answer to [InstallSnapshot]: how much of the snapshot the sender has, without a gap. Once
  /// it has installed all of it, it answers with [AppendAccepted] instead.
  ///
  /// @param last names the snapshot
  /// @param position the next byte that it lacks
  record SnapshotStored(NodeId from, NodeId to, long term, EntryId last, long position)
      implements Message {}

  /// The leader is alive (§5.2). Apart from [AppendEntries], so that it waits behind no entries and
  /// its answer behind no disk.
  ///
  /// @param round counts up within the term; an answer to it proves that its sender still followed
  ///   this leader after the round began (thesis §6.4)
  /// @param commitIndex what of the receiver's verified prefix is committed
  record Heartbeat(NodeId from, NodeId to, long term, long round, long commitIndex)
      implements Message {}

  /// A follower has reads of its own clients to answer and asks from which index on it may (thesis
  /// §6.4).
  ///
  /// @param number counts up at the sender, from a random start; the answer names it
  record RequestReadIndex(NodeId from, NodeId to, long term, long number) implements Message {}

  /// The answer to [RequestReadIndex], after a quorum has confirmed the leader: reads that came
  /// before the request was sent may be answered from a state that has applied `index`.
  record ReadIndexReply(NodeId from, NodeId to, long term, long number, long index)
      implements Message {}

  /// The sender has lost entries and asks whoever may hold them whole. Neither this nor its answer
  /// heeds terms: an id names the same entry for everybody and for all time.
  ///
  /// @param lostFront the sender's log begins behind the first of `wanted`, and the snapshot that
  ///   held all up to there is lost: only a snapshot that is not older helps. It also says that
  ///   this entry is committed
  record RequestEntries(NodeId from, NodeId to, long term, List<EntryId> wanted, boolean lostFront)
      implements Message {
    public RequestEntries {
      wanted = List.copyOf(wanted);
    }
  }

  /// The answer to [RequestEntries], about as much of it as fits into a message.
  ///
  /// @param entries what was asked for and is held whole
  /// @param lacking what was asked for and is not: it is damaged here too, or not in the log
  /// @param firstIndex the first entry of the sender's log; what lies before is in a snapshot. 1
  ///   where the sender has lost that
  /// @param snapshot the sender's newest, where it holds something that was asked for and that the
  ///   sender's log does not, or that is of use in a snapshot only; or null
  record EntriesReply(
      NodeId from,
      NodeId to,
      long term,
      List<Entry> entries,
      List<EntryId> lacking,
      long firstIndex,
      @Nullable Snapshot snapshot)
      implements Message {
    public EntriesReply {
      entries = List.copyOf(entries);
      lacking = List.copyOf(lacking);
    }
  }

  /// The sender has lost entries that only a snapshot of the receiver holds, and knows no leader
  /// that would send it: asks for the part of it that begins at `position`. It is answered with an
  /// [InstallSnapshot] that is asked for; both heed no terms.
  record RequestChunk(NodeId from, NodeId to, long term, Snapshot snapshot, long position)
      implements Message {
    /// @throws IllegalArgumentException where the snapshot ends before
    public RequestChunk {
      if (position < 0 || position > snapshot.bytes()) {
        throw new IllegalArgumentException("byte %d of a %s".formatted(position, snapshot));
      }
    }
  }

  /// Somebody who forgot its term and its vote asks for the receiver's term
  /// ([io.raftctl.raft.rejoin]).
  ///
  /// @param term what the sender knows of terms by now; it need not be on its disk
  /// @param number names the sender's life; the answer names it too
  record RequestTerm(NodeId from, NodeId to, long term, long number) implements Message {}

  /// The answer to [RequestTerm], from a node that remembers.
  ///
  /// @param term of the sender, synced
  /// @param members the members by the sender's log
  /// @param addresses where members are reached, by the sender's log: the receiver has to ask all
  ///   of them, and its own log need not place them
  record TermReply(
      NodeId from,
      NodeId to,
      long term,
      long number,
      List<NodeId> members,
      Map<NodeId, String> addresses)
      implements Message {
    public TermReply {
      members = List.copyOf(members);
      addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }
  }

  /// The answer to [Heartbeat]; in a higher term it tells a deposed leader so.
  ///
  /// @param shortOfRoom the sender's disk is full ([io.raftctl.raft.room])
  record HeartbeatReply(NodeId from, NodeId to, long term, long round, boolean shortOfRoom)
      implements Message {}
}
