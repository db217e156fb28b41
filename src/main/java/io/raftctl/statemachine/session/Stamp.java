package io.raftctl.statemachine.session;

/// What an entry of a session says about its request, beside the command itself.
///
/// @param id the request's name, the same in each try
/// @param since a committed index that the client knew before it sent the first request of the
///   session. So every entry of the session stands behind it, and a session that the table does not
///   know is new, and not an expired one, if nothing has expired behind it
/// @param settledBelow each request of the session with a lower sequence is settled for the client:
///   it will neither be sent nor asked for again. At least 1
/// @param after a lower sequence that must have had its turn before this request may run, or 0; so
///   what a client keeps in order stays in order whatever is lost between
public record Stamp(RequestId id, long since, long settledBelow, long after) {
  /// @throws IllegalArgumentException for what no client can mean
  public Stamp {
    boolean sound =
        since >= 0 && settledBelow >= 1 && after >= 0 && after < id.sequence() && id.sequence() > 0;
    if (!sound) {
      throw new IllegalArgumentException(
          "request %s cannot have since %d, settledBelow %d and after %d"
              .formatted(id, since, settledBelow, after));
    }
  }

  /// The first request that a client sends, in a session that keeps no order.
  public static Stamp first(RequestId id, long since) {
    return new Stamp(id, since, 1, 0);
  }
}
