package io.raftctl.simulation.config;

/// How the links between nodes are, while nobody cuts them.
///
/// @param lossRate share of the messages that vanish
/// @param duplicateRate share of the messages that arrive twice
/// @param delayMicrosMax messages take up to so long, each its own time
/// @param reorders whether messages overtake each other; otherwise those of a lane arrive in order,
///   as on the streams of a real transport
public record Links(double lossRate, double duplicateRate, long delayMicrosMax, boolean reorders) {
  /// As in one rack.
  public static final Links CALM = new Links(0, 0, 1_000, false);
}
