package io.raftctl.torture;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Session;
import java.time.Duration;

/// The keys that a run has made in a cluster that goes on.
final class RunKeys {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private RunKeys() {}

  /// Deletes those that begin so, as far as they can be: what stays is only in the way.
  static void clear(Endpoints endpoints, String prefix) {
    ClusterClient client = new ClusterClient(endpoints, TIMEOUT, new Session());
    if (client.read("keys " + prefix) instanceof Outcome.Done keys && keys.ok()) {
      keys.reply().lines().forEach(key -> client.submit("del " + key));
    }
  }
}
