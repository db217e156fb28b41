package io.raftctl.simulation.coverage;

/// What a step of the core came to, as far as it shows. One step may come to several.
enum Consequence {
  /// None of the others.
  NOTHING,
  /// Messages left.
  SENT,
  /// A vote, or the promise of one, was given.
  GRANTED,
  /// Entries were rejected.
  REJECTED,
  /// A client was refused.
  REFUSED,
  /// Entries were added to the log.
  APPENDED,
  /// Entries of the log were given up for others.
  REPLACED,
  COMMITTED,
  /// A snapshot took the place of the log.
  INSTALLED,
  /// The log was cut in front.
  COMPACTED,
  TERM_BEGAN,
  MEMBERS_CHANGED,
  FOLLOWS,
  LEARNS,
  CANVASSES,
  CAMPAIGNS,
  LEADS
}
