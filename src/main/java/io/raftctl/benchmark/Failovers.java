package io.raftctl.benchmark;

import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How long writes are not accepted after the leader was killed without warning.
///
/// A client that knew the old leader writes again and again, so its search for the new one is part
/// of the time: nobody who uses the cluster sees less.
public final class Failovers {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Failovers() {}

  /// Kills so many leaders of one cluster; each is started again before the next one dies.
  public static Timings measure(ThrowAway throwAway, int runs) throws ClusterException {
    List<Duration> times = new ArrayList<>();
    try (ThrowAwayCluster own = throwAway.start();
        StreamClient client = new StreamClient(own.endpoints(), REQUEST_TIMEOUT)) {
      LocalCluster cluster = own.cluster();
      for (int run = 0; run < runs; run++) {
        requireAccepted(client);
        NodeProcess leader = own.awaitSettled();
        long start = System.nanoTime();
        cluster.kill(leader);
        requireAccepted(client);
        times.add(Duration.ofNanos(System.nanoTime() - start));
        cluster.start(leader);
      }
    }
    return new Timings(times);
  }

  private static void requireAccepted(StreamClient client) throws ClusterException {
    Optional<Outcome> failure = FirstWrite.awaitAccepted(client, TIMEOUT);
    if (failure.isPresent()) {
      throw ClusterException.unavailable("no write was accepted: " + failure.get(), "");
    }
  }
}
