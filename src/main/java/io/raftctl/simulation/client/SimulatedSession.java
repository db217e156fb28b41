package io.raftctl.simulation.client;

import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.Stamp;
import java.util.TreeSet;

/// A session as its client keeps it.
public final class SimulatedSession {
  private final long since;

  private final long id;
  private final boolean ordered;

  /// Sequences that the client may still send or ask for.
  private final TreeSet<Long> unsettled = new TreeSet<>();

  /// Sequences that later ones must follow: all but those that were given up.
  private final TreeSet<Long> chain = new TreeSet<>();

  private long last;

  /// @param since a commit index that some node told
  /// @param ordered whether each request must follow the one before it
  public SimulatedSession(long id, long since, boolean ordered) {
    this.id = id;
    this.since = since;
    this.ordered = ordered;
  }

  /// A commit index that some node told when the session began.
  public long since() {
    return since;
  }

  public boolean ordered() {
    return ordered;
  }

  public RequestId next() {
    last++;
    unsettled.add(last);
    chain.add(last);
    return new RequestId(id, last);
  }

  public Stamp stamp(RequestId request) {
    long settledBelow = unsettled.isEmpty() ? request.sequence() : unsettled.first();
    Long before = ordered ? chain.lower(request.sequence()) : null;
    return new Stamp(
        request, since, Math.min(settledBelow, request.sequence()), before == null ? 0 : before);
  }

  /// The client has its answer.
  public void settled(RequestId request) {
    unsettled.remove(request.sequence());
  }

  /// The client waits no longer; whether it still wants to know is its own affair.
  public void givenUp(RequestId request) {
    chain.remove(request.sequence());
  }
}
