package io.raftctl.simulation;

import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.nio.charset.StandardCharsets;

/// A command under way, over all tries.
final class SimulatedWrite {
  final SimulatedSession session;
  final RequestId id;
  final String key;
  final ClientHistory.Call call;

  /// The answer must lie behind this place: another one was there before the request was made.
  final long floor;

  /// Whether some try may be, or may come, in a log.
  boolean doubtful;

  /// Counts the tries; an answer to an earlier one than the last comes too late.
  int tries;

  private final String command;

  private SimulatedWrite(
      SimulatedSession session, String key, String command, long floor, ClientHistory.Call call) {
    this.call = call;
    this.session = session;
    this.id = session.next();
    this.key = key;
    this.command = command;
    this.floor = floor;
  }

  static SimulatedWrite put(
      SimulatedSession session, String key, String value, long floor, ClientHistory.Call call) {
    return new SimulatedWrite(session, key, "put " + key + " " + value, floor, call);
  }

  static SimulatedWrite incr(
      SimulatedSession session, String key, long floor, ClientHistory.Call call) {
    return new SimulatedWrite(session, key, "incr " + key, floor, call);
  }

  /// Whether the reply is a number, and not just `OK`.
  boolean counts() {
    return command.startsWith("incr");
  }

  SessionCommand submission() {
    return new SessionCommand.Once(session.stamp(id), command.getBytes(StandardCharsets.UTF_8));
  }
}
