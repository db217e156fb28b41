package io.raftctl.simulation;

import io.raftctl.raft.Message;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.storage.LogStore;

/// A bug put into a node from outside, to see whether the simulator finds it.
interface Sabotage {
  Sabotage NONE = new Sabotage() {};

  default LogStore store(LogStore store) {
    return store;
  }

  default Message sent(Message message) {
    return message;
  }

  /// The incarnation of a directory that is made.
  default long incarnation(long drawn) {
    return drawn;
  }

  /// A command as a node puts it into its log.
  ///
  /// @param commitIndex of that node
  default SessionCommand proposed(SessionCommand command, long commitIndex) {
    return command;
  }
}
