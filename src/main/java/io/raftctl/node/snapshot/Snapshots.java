package io.raftctl.node.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.raft.snapshot.SnapshotWork;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.storage.NoRoomException;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotDamagedException;
import io.raftctl.storage.snapshot.SnapshotStore;
import io.raftctl.storage.snapshot.SnapshotWriter;
import io.raftctl.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Does what is slow about snapshots beside the loop: writes them, reads chunks for peers, stores
/// chunks of a leader, verifies and loads what has come.
///
/// The loop's thread calls the methods; the work is done on the executors, and what came of it goes
/// to the inbox. **No failure here ends the node**: a snapshot that cannot be written or received,
/// because the disk is full or ill, leaves the log as it was, and is tried again. The operator
/// hears of it in one line.
///
/// A snapshot is taken when the entries applied since the last one make up the wanted number of
/// bytes, and as many as the last snapshot has itself: so a large state does not cause more writing
/// than the log does, and a transfer to a peer has time to end.
public final class Snapshots {
  /// What the work needs of the world.
  ///
  /// @param saving runs what writes snapshots, one after another
  /// @param moving runs what handles chunks, one after another; never waits for `saving`
  /// @param inbox takes what the core is to hear, from any thread
  /// @param log takes lines for the operator, from any thread
  public record World(
      Executor saving,
      Executor moving,
      Transport transport,
      Consumer<Input> inbox,
      Consumer<String> log) {}

  private final NodeId self;
  private final NodeStorage storage;
  private final SnapshotStore store;
  private final SessionMachine machine;
  private final World world;

  /// States that were received and not installed yet, by the index of their last entry.
  private final ConcurrentNavigableMap<Long, AppliedState> received = new ConcurrentSkipListMap<>();

  /// Peers that were sent a snapshot to its end: one that starts from the front again found it
  /// rotten, perhaps.
  private final Set<NodeId> served = new ConcurrentSkipListSet<>();

  /// Bytes of entries applied since the last snapshot was taken. Owned by the loop's thread.
  private long bytes;

  private volatile boolean saving;

  /// A snapshot is wanted whatever the bytes: one was found rotten, here or at a peer, or the disk
  /// is full.
  private volatile boolean wanted;

  private volatile boolean closed;
  private volatile String reported = "";

  public Snapshots(NodeId self, NodeStorage storage, SessionMachine machine, World world) {
    this.self = self;
    this.storage = storage;
    this.store = storage.snapshots();
    this.machine = machine;
    this.world = world;
  }

  /// Entries of so many bytes were applied: takes a snapshot if it is time.
  ///
  /// @param state asks for what was applied up to now; the answer is null where there is none
  public void applied(long newBytes, Consumer<Consumer<@Nullable AppliedState>> state) {
    bytes += newBytes;
    if (!saving && (wanted || bytes >= threshold())) {
      saving = true;
      wanted = false;
      bytes = 0;
      state.accept(this::saveInBackground);
    }
  }

  /// Takes a snapshot after the next turn, if anything was applied since the last one.
  public void want() {
    wanted = true;
  }

  private void saveInBackground(@Nullable AppliedState now) {
    if (now == null) {
      saving = false;
    } else {
      world.saving.execute(() -> save(now));
    }
  }

  private long threshold() {
    List<Snapshot> held = store.snapshots();
    long last = held.isEmpty() ? 0 : held.getLast().bytes();
    return Math.max(storage.snapshotBytes(), last);
  }

  /// Does what a turn asked for, in the background.
  public void carryOut(SnapshotWork work) {
    wanted |= work.take();
    for (SnapshotWork.Chunk chunk : work.send()) {
      world.moving.execute(() -> send(chunk));
    }
    for (Message.InstallSnapshot chunk : work.receive()) {
      world.moving.execute(() -> receive(chunk));
    }
  }

  /// The state that a snapshot came to, to be installed.
  public AppliedState take(EntryId last) {
    AppliedState state = received.get(last.index());
    if (state == null || !state.last().equals(last)) {
      throw new AssertionError("no snapshot up to " + last + " was received");
    }
    return state;
  }

  /// What was received up to `last` is installed, or not needed.
  public void settled(EntryId last) {
    received.headMap(last.index(), true).clear();
  }

  /// Breaks off what is being written; nothing new begins.
  public void close() {
    closed = true;
  }

  private void save(AppliedState state) {
    try {
      if (newest() < state.last().index()) {
        store.save(state.last(), state.configuration(), writer -> write(state, writer));
        store.removeOld();
        tellHeld();
      }
    } catch (NoRoomException e) {
      report("the snapshot at " + state.last().index() + " failed: " + e.getMessage());
      if (storage.log().giveUpSpares()) {
        wanted = true;
      }
    } catch (IOException e) {
      report("the snapshot at " + state.last().index() + " failed: " + e.getMessage());
    } finally {
      saving = false;
    }
  }

  private void write(AppliedState state, SnapshotWriter writer) throws IOException {
    if (closed) {
      throw new IOException("the node stops");
    }
    state.write(writer);
  }

  private long newest() {
    List<Snapshot> held = store.snapshots();
    return held.isEmpty() ? 0 : held.getLast().last().index();
  }

  private void send(SnapshotWork.Chunk chunk) {
    Snapshot snapshot = chunk.snapshot();
    try {
      if (chunk.position() == 0 && served.remove(chunk.to())) {
        store.verify(snapshot);
      }
      byte[] data = store.read(snapshot, chunk.position(), chunk.length());
      world.transport.send(
          List.of(
              new Message.InstallSnapshot(
                  self,
                  chunk.to(),
                  chunk.term(),
                  snapshot,
                  chunk.position(),
                  data,
                  checksum(data))));
      if (chunk.position() + chunk.length() == snapshot.bytes()) {
        served.add(chunk.to());
      }
    } catch (SnapshotDamagedException e) {
      replaceRotten(snapshot, e);
    } catch (IOException e) {
      // Removed meanwhile, or the disk is ill: the core chooses another one, or asks again.
      tellHeld();
    }
  }

  private void replaceRotten(Snapshot snapshot, SnapshotDamagedException cause) {
    report("a snapshot is rotten, another one is taken: " + cause.getMessage());
    try {
      store.condemn(snapshot);
    } catch (IOException e) {
      report("the rotten snapshot cannot be put aside: " + e.getMessage());
    }
    wanted = true;
    tellHeld();
  }

  private void receive(Message.InstallSnapshot chunk) {
    Snapshot snapshot = chunk.snapshot();
    if (checksum(chunk.data()) != chunk.checksum()) {
      report("a chunk of a snapshot from node " + chunk.from() + " is damaged; it is sent again");
      return;
    }
    try {
      AppliedState known = received.get(snapshot.last().index());
      if (store.snapshots().contains(snapshot)) {
        tellReceived(chunk.from(), snapshot.last(), known);
        return;
      }
      long stored = store.receive(chunk.term(), snapshot, chunk.position(), chunk.data());
      if (stored == snapshot.bytes()) {
        finish(chunk);
      } else if (stored >= 0) {
        tellStored(chunk, stored);
      }
    } catch (SnapshotDamagedException e) {
      report("a snapshot from node " + chunk.from() + " is damaged: " + e.getMessage());
      tellStored(chunk, 0);
    } catch (NoRoomException e) {
      report("a snapshot from node " + chunk.from() + " cannot be taken: " + e.getMessage());
      storage.log().giveUpSpares(); // The leader asks again.
    } catch (IOException | StorageException e) {
      report("a snapshot from node " + chunk.from() + " cannot be taken: " + e.getMessage());
    }
  }

  private void finish(Message.InstallSnapshot chunk) throws IOException {
    SnapshotStore.Loaded<AppliedState> loaded =
        store.finish(chunk.snapshot(), AppliedState.loader(machine));
    EntryId last = loaded.snapshot().last();
    received.put(last.index(), loaded.value());
    store.removeOld();
    tellReceived(chunk.from(), last, loaded.value());
    tellHeld();
  }

  /// @param state what the snapshot came to; null for one that was there before, and is installed
  private void tellReceived(NodeId leader, EntryId last, @Nullable AppliedState state) {
    byte[] members = state == null ? new byte[0] : state.configuration();
    world.inbox.accept(
        new Input.SnapshotReceived(
            leader, last, members.length == 0 ? null : ConfigurationFormat.decode(members)));
  }

  private void tellStored(Message.InstallSnapshot chunk, long stored) {
    world.inbox.accept(new Input.ChunkStored(chunk.from(), chunk.snapshot().last(), stored));
  }

  private void tellHeld() {
    world.inbox.accept(new Input.SnapshotsHeld(store.snapshots()));
  }

  /// Says it once, however often it happens in a row.
  private void report(String line) {
    if (!closed && !line.equals(reported)) {
      reported = line;
      world.log.accept(line);
    }
  }

  private static int checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, data.length);
    return (int) crc.getValue();
  }
}
