package io.raftctl.statemachine.exec;

/// What a program says that it can, beside running commands.
///
/// @param queries it answers reads
/// @param snapshots it can hand out its state and take it back
record Abilities(boolean queries, boolean snapshots) {
  static final Abilities NONE = new Abilities(false, false);
}
