package io.raftctl.simulation.coverage;

import java.util.Locale;

/// A moment that should come at times. If none of many seeds reaches it, they prove nothing about
/// it.
public enum Mark {
  /// A leader steps down because it hears no majority.
  LEADER_UNHEARD,
  /// A leader learns that there is a later term.
  LEADER_DEPOSED,
  /// Two nodes lead at once, in different terms.
  TWO_LEADERS,
  /// An election ends without a winner, and a candidate begins the next one.
  ELECTION_WITHOUT_WINNER,
  /// A candidate hears that another node leads its term.
  CANDIDATE_YIELDS,
  /// A node that asked whether it could win goes on as a follower.
  CANVASSER_YIELDS,
  /// A node leads and is no member by the entry that it is to commit.
  REMOVED_LEADER,
  /// Entries are given up for those of another leader.
  ENTRIES_REPLACED,
  /// A leader commits entries of older terms by one of its own (§5.4.2).
  OLDER_TERM_COMMITTED,
  /// Twenty entries or more are committed in one turn.
  MANY_COMMITTED,
  /// Two majorities decide.
  JOINT_CONFIGURATION,

  /// No node runs.
  ALL_DOWN,
  POWER_FAILED,
  PROCESS_KILLED,
  /// A node crashes while it starts.
  CRASHED_IN_START,
  /// A node crashes in the middle of an operation of its disk.
  CRASHED_IN_OPERATION,
  /// An operation of a disk fails, and ends a node.
  DISK_FAILED,
  NODE_PAUSED,
  /// A state machine loses what it holds.
  MACHINE_LOST,
  CUT_FULL,
  CUT_ONE_WAY,
  CUT_BRIDGE,
  CUT_RING,
  LEADER_FLAPPED,
  CRASH_STORM,
  CLOCK_JUMPED,
  ALL_CLOCKS_JUMPED,
  /// An entry is lost wherever it was held.
  ENTRY_LOST,
  /// A new cluster was made of what one node held.
  RECOVERED,

  MESSAGE_LOST,
  SNAPSHOT_INSTALLED,
  SNAPSHOT_FALLBACK,
  SNAPSHOT_REPLACED,
  MEMBERS_CHANGED,
  NODE_JOINED,
  JOINER_DISMISSED,
  NODE_MOVED,
  VOTE_LOST_AND_REGAINED,
  ENTRY_REPAIRED,
  WRITE_MISDIRECTED,
  MISDIRECTED_REPAIRED,
  DISK_FULL_AND_HEALED,
  DISK_LOST,
  DISK_HUNG,
  DISK_HUNG_FOR_GOOD,
  HANGING_LEADER_LEFT,
  OWN_SNAPSHOT_WITHOUT_ROOM,
  SENT_SNAPSHOT_WITHOUT_ROOM,
  SNAPSHOT_INSTALLED_ON_FULL_DISK,
  OUTCOME_UNKNOWN,
  DONE_AFTER_DOUBT,
  SESSION_EXPIRED;

  /// As it is told.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
