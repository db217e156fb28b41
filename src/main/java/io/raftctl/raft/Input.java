package io.raftctl.raft;

/// What can happen to a node. The core changes by these and by nothing else.
public sealed interface Input {
  /// A unit of core time has passed.
  record Tick() implements Input {}

  /// A message has arrived.
  record Received(Message message) implements Input {}

  /// A client's command, to be put into the log if this node leads.
  ///
  /// @param ticket names the proposal in [Effects#accepted()] and [Effects#refused()]
  /// @param data the entry's data; not changed afterwards
  record Propose(long ticket, byte[] data) implements Input {}

  /// A client wants to read what is committed now, without a write to the log (thesis §6.4).
  ///
  /// @param ticket names the read in [Effects#readable()] and [Effects#refused()]
  record Read(long ticket) implements Input {}

  /// All that turns up to and including this one told the outside to write is on the platter.
  ///
  /// @param turn [Effects#turn()]
  record Synced(long turn) implements Input {}
}
