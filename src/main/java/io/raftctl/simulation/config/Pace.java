package io.raftctl.simulation.config;

/// How much is asked of a world that a seed draws, and how often things are done to it.
///
/// @param clients how many, each with some requests under way
/// @param requestsPerClient how many of them
/// @param pauseMicrosMax a client waits up to so long before its next request: few requests leave
///   time for many faults, elections and snapshots at the same cost
/// @param busyMicros how long faults last; then they stop and the cluster must converge
/// @param faultMicrosMean mean time between two acts of the nemesis; 0: it does nothing
/// @param aimAtLeader share of the nemesis' acts that go for the leader
/// @param named whether somebody has named what goes wrong
public record Pace(
    int clients,
    int requestsPerClient,
    long pauseMicrosMax,
    long busyMicros,
    long faultMicrosMean,
    double aimAtLeader,
    boolean named) {
  /// So many requests are enough, however many clients there are and however long a world lasts.
  private static final long REQUESTS_MAX = 5_000;

  public Pace {
    long requests = 2 * busyMicros / pauseMicrosMax * clients * requestsPerClient;
    pauseMicrosMax *= Math.max(1, requests / REQUESTS_MAX);
  }
}
