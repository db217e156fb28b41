package io.raftctl.benchmark;

import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.cluster.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How long a new cluster takes from its start to the first write that it accepts: empty data
/// directories, node processes, election, client and commit included.
public final class StartTimes {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private StartTimes() {}

  /// Starts so many clusters, one after the other.
  public static Timings measure(ThrowAway throwAway, int runs) throws ClusterException {
    List<Duration> times = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      long start = System.nanoTime();
      try (ThrowAwayCluster cluster = throwAway.start();
          StreamClient client = new StreamClient(cluster.endpoints(), TIMEOUT)) {
        Optional<Outcome> failure = FirstWrite.awaitAccepted(client, TIMEOUT);
        if (failure.isPresent()) {
          throw ClusterException.unavailable("no write was accepted: " + failure.get(), "");
        }
        times.add(Duration.ofNanos(System.nanoTime() - start));
      }
    }
    return new Timings(times);
  }
}
