package io.raftctl.server;

import io.raftctl.node.Node;
import io.raftctl.node.NodeListener;
import io.raftctl.node.RunningNode;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.node.time.NodeClock;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.server.fault.FaultyDisk;
import io.raftctl.server.fault.MachineFaults;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.Disk;
import io.raftctl.storage.FileDisk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotStore;
import io.raftctl.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Starts the real thing: a node on its data directory.
final class StoredNode {
  private StoredNode() {}

  /// See [NodeServer.NodeStarter].
  ///
  /// @param faults what disk and clock suffer, if the node was started with faults on
  static Node start(
      NodeSettings settings,
      @Nullable MachineFaults faults,
      StateMachine machine,
      Transport transport,
      NodeListener listener,
      Consumer<Runnable> taken)
      throws StartException {
    try {
      ExecutorService background =
          Executors.newSingleThreadExecutor(
              Thread.ofPlatform().name("prepare-" + settings.id()).daemon().factory());
      taken.accept(background::shutdown);
      requireNotAnothers(settings);
      FileDisk directory = FileDisk.open(settings.data());
      taken.accept(directory::close);
      Disk disk = faults == null ? directory : new FaultyDisk(directory, faults.disk());
      LogOptions options = new LogOptions(LogOptions.SEGMENT_BYTES_DEFAULT, background);
      SplittableRandom random = new SplittableRandom();
      LogStore store =
          DataDirectory.open(
              disk, settings.cluster(), settings.id(), Incarnation.draw(random), options);
      SnapshotStore snapshots = SnapshotStore.open(disk, settings.cluster());
      Node node =
          RunningNode.start(
              settings.raft(DataDirectory.identity(disk).incarnation()),
              new NodeStorage(store, snapshots, settings.snapshotBytes()),
              transport,
              machine,
              settings.tick(),
              faults == null ? NodeClock.SYSTEM : faults.clock(),
              random,
              listener);
      taken.accept(node::close);
      return node;
    } catch (IOException e) {
      throw new StartException(
          StartException.Kind.LOCAL_IO, String.valueOf(StorageException.failed(e).getMessage()), e);
    } catch (StorageException e) {
      throw new StartException(StartException.Kind.LOCAL_IO, String.valueOf(e.getMessage()), e);
    }
  }

  /// To take a directory writes into its file `LOCK`, and another node's is not touched at all.
  private static void requireNotAnothers(NodeSettings settings) throws IOException {
    if (Files.isRegularFile(settings.data().resolve(DataDirectory.IDENTITY))) {
      try (FileDisk disk = FileDisk.look(settings.data())) {
        DataDirectory.requireNotAnothers(disk, settings.cluster(), settings.id());
      }
    }
  }
}
