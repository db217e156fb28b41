package io.raftctl.torture;

import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.torture.nemesis.Nemesis;
import java.time.Duration;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The cluster that is broken. Closed, it is as it was before, or gone.
public interface Ground extends AutoCloseable {
  /// Where clients reach each node, by its id.
  SortedMap<String, String> nodes();

  Endpoints endpoints();

  /// Begins the keys of this run, which nobody else may use.
  String prefix();

  /// Who breaks it, as the random source says.
  Nemesis nemesis(Random random);

  /// Asks every node what it says of itself.
  Observation observe();

  /// Waits until all nodes have applied all that clients of this run were promised.
  ///
  /// @param over says that there is nothing to wait for any more
  /// @return false where they have not
  boolean agree(Duration atMost, BooleanSupplier over)
      throws ClusterException, InterruptedException;

  /// Tells `listener`, in a few words, of each node that ends although nobody here ended it, as far
  /// as that can be known.
  void onUnexpectedEnd(Consumer<String> listener);

  /// Whether this process was told to end. Then nothing that the nodes do means anything.
  boolean ending();

  /// Lets what the run has made stay, for those who want to know what happened.
  Evidence keep() throws ClusterException;

  @Override
  void close() throws ClusterException;
}
