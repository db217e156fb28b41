package io.raftctl.statemachine.session;

/// How much the sessions may remember. What goes over a limit is forgotten, the least recently used
/// first.
///
/// The limits are part of the replicated state machine: a node with other ones would forget other
/// sessions and answer otherwise. So they are constants, and a release that changes them must do so
/// by a new version of the entries.
///
/// @param sessionsMax how many sessions
/// @param sessionBytesMax what one session may take
/// @param bytesMax what all of them may take
public record SessionLimits(int sessionsMax, long sessionBytesMax, long bytesMax) {
  /// Of every cluster.
  public static final SessionLimits DEFAULT = new SessionLimits(1 << 16, 16 << 20, 64 << 20);

  /// @throws IllegalArgumentException where not even one session would have room
  public SessionLimits {
    if (sessionsMax < 1 || sessionBytesMax < Session.BYTES || bytesMax < sessionBytesMax) {
      throw new IllegalArgumentException("there must be room for one session at least");
    }
  }
}
