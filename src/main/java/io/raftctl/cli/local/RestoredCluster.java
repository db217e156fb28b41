package io.raftctl.cli.local;

import io.raftctl.cli.snapshot.SnapshotFiles;
import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeDescription;
import io.raftctl.raft.NodeId;
import io.raftctl.storage.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A cluster that begins with a snapshot.
///
/// @param name as messages name the file
record RestoredCluster(Path file, String name) implements LocalCluster.Preparation {
  @Override
  public void prepare(ClusterDescription cluster) throws ClusterException {
    for (NodeDescription node : cluster.nodes()) {
      if (Files.exists(node.data())) {
        throw ClusterException.usage(
            "the cluster " + cluster.name() + " has data already, and --restore starts a new one",
            "choose another --name, or remove it: raftctl local-cluster rm " + cluster.name());
      }
    }
    for (NodeDescription node : cluster.nodes()) {
      restore(cluster.cluster(), node);
    }
  }

  private void restore(String cluster, NodeDescription node) throws ClusterException {
    try (InputStream input = new BufferedInputStream(Files.newInputStream(file))) {
      SnapshotFiles.into(node.data(), cluster, new NodeId(node.id()), input, name);
    } catch (NoSuchFileException e) {
      throw ClusterException.local("there is no file " + name, "see 'raftctl snapshot --help'");
    } catch (IOException | StorageException e) {
      throw ClusterException.local(String.valueOf(e.getMessage()), "");
    }
  }
}
