package io.raftctl.simulation.client;

import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.nio.charset.StandardCharsets;

/// A command under way, over all tries.
public final class SimulatedWrite {
  public final SimulatedSession session;
  public final RequestId id;
  public final String key;
  public final ClientHistory.Call call;

  /// The answer must lie behind this place: another one was there before the request was made.
  public final long floor;

  /// Whether some try may be, or may come, in a log.
  public boolean doubtful;

  /// Counts the tries; an answer to an earlier one than the last comes too late.
  public int tries;

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

  public static SimulatedWrite put(
      SimulatedSession session, String key, String value, long floor, ClientHistory.Call call) {
    return new SimulatedWrite(session, key, "put " + key + " " + value, floor, call);
  }

  public static SimulatedWrite incr(
      SimulatedSession session, String key, long floor, ClientHistory.Call call) {
    return new SimulatedWrite(session, key, "incr " + key, floor, call);
  }

  /// A command that nobody holds to its word, as it is sent.
  public static SessionCommand once(SimulatedSession session, String command) {
    return new SessionCommand.Once(
        session.stamp(session.next()), command.getBytes(StandardCharsets.UTF_8));
  }

  /// Whether the reply is a number, and not just `OK`.
  public boolean counts() {
    return command.startsWith("incr");
  }

  public SessionCommand submission() {
    return new SessionCommand.Once(session.stamp(id), command.getBytes(StandardCharsets.UTF_8));
  }
}
