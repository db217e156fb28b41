package io.raftctl.simulation;

/// What has happened to one machine, counted.
final class NodeTally {
  /// How often the node went on from a leader's snapshot.
  long installs;

  /// How often it had lost its term and vote and came to count again.
  long rejoins;

  /// How many of its damaged entries came back.
  long repairs;

  /// How often its disk was full and had room again, without a restart.
  long heals;

  /// How often it had to go on from a snapshot that was not its newest.
  long fallbacks;

  /// How often it had lost the only snapshot that reaches its log and got another one.
  long replaced;
}
