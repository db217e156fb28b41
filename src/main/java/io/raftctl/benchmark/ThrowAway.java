package io.raftctl.benchmark;

import io.raftctl.cluster.ClusterDirectory;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterPlan;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/// Starts clusters to measure or to break them; nothing of them stays.
///
/// @param purpose what the clusters are for, the first word of their names
/// @param nodes how many nodes each has
/// @param parent the folder in which the data lie: on the disk that is to be measured, which the
///   system's temporary folder often is not
/// @param program how a node is started
/// @param registry where the clusters are known while they run
public record ThrowAway(
    String purpose, int nodes, Path parent, NodeProgram program, ClusterRegistry registry) {
  /// Returns once every node serves. Whatever ends this process ends the cluster too.
  public ThrowAwayCluster start() throws ClusterException {
    ClusterPlan plan =
        new ClusterPlan(
            name(), directory(), OptionalInt.of(nodes), OptionalInt.empty(), true, false);
    plan.check();
    return new ThrowAwayCluster(LocalCluster.start(plan, registry, program));
  }

  /// The kind of file system that the data lie on: on `tmpfs` a sync costs nothing.
  public String fileSystem() {
    try {
      return Files.getFileStore(parent).type();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private ClusterDirectory directory() throws ClusterException {
    try {
      return ClusterDirectory.of(Files.createTempDirectory(parent, "raftctl-" + purpose + "-"));
    } catch (IOException e) {
      throw ClusterException.local(
          "cannot make a directory in " + parent + ": " + e, "choose another folder with --data");
    }
  }

  /// Two may run at once, and no two clusters that run have one name.
  private String name() {
    return purpose + "-" + ProcessHandle.current().pid();
  }
}
