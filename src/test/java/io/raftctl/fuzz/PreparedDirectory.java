package io.raftctl.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.node.CommandEnvelope;
import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionLimits;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.log.SegmentedLog;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// A data directory that a node has left behind, and all that it knows of what was written there.
final class PreparedDirectory {
  static final String CLUSTER = "test";
  static final NodeId SELF = new NodeId("1");
  static final LogOptions OPTIONS = new LogOptions(16 << 10, Runnable::run);
  private static final SplittableRandom NO_DRAWS = new SplittableRandom(1);

  final String name;
  final SimulatedDisk disk = new SimulatedDisk("disk", NO_DRAWS);

  /// The log as it was in the end, by index.
  final TreeMap<Long, Entry> log = new TreeMap<>();

  /// All entries that ever stood in the log.
  final List<Entry> everWritten = new ArrayList<>();

  /// What the snapshots hold, by their last entries.
  final TreeMap<Long, byte[]> states = new TreeMap<>();

  HardState hardState = HardState.INITIAL;

  /// Up to here the log was synced, and more was written and synced after that.
  long certainlySynced;

  private final SessionMachine machine = newMachine();
  private final SegmentedLog store = DataDirectory.open(disk, CLUSTER, SELF, 7, OPTIONS);
  private final SnapshotStore snapshots = SnapshotStore.open(disk, CLUSTER);
  private long applied;

  private PreparedDirectory(String name) {
    this.name = name;
  }

  static SessionMachine newMachine() {
    return new SessionMachine(new KeyValueStore(), new SessionTable(SessionLimits.DEFAULT));
  }

  /// Directories as different as nodes leave them.
  static List<PreparedDirectory> all() throws IOException {
    return List.of(
        empty(), withoutSnapshots(), withSnapshots("closed"), withSnapshots("killed"), receiving());
  }

  private static PreparedDirectory empty() {
    PreparedDirectory made = new PreparedDirectory("a new one, closed");
    made.close();
    return made;
  }

  /// No snapshot yet, and a leader's entries in place of another one's.
  private static PreparedDirectory withoutSnapshots() {
    PreparedDirectory made = new PreparedDirectory("no snapshots, closed");
    made.vote(1, "1");
    made.append(1, 100, 0, 600, 600, 20);
    made.sync();
    made.append(1, 100, 2000);
    made.sync();
    made.vote(2, "3");
    made.replaceFrom(4, 2, 40, 1000, 1200);
    made.sync();
    made.vote(3, null);
    made.append(3, 5, 6);
    made.sync();
    made.close();
    return made;
  }

  /// Several segments, the first of which are gone, and two snapshots.
  private static PreparedDirectory withSnapshots(String end) throws IOException {
    PreparedDirectory made = new PreparedDirectory("two snapshots, " + end);
    made.vote(2, "2");
    made.append(2, 0, 500, 3000, 300, 4000, 10, 10, 4000, 900, 3000);
    made.sync();
    made.snapshot(8);
    made.append(2, 5000, 800, 5000, 30, 3000);
    made.sync();
    made.snapshot(12);
    made.store.compact(8);
    made.vote(3, "1");
    made.append(3, 2000, 100, 7000, 100, 20_000, 300);
    made.sync();
    made.certainlySynced = made.log.lastKey();
    made.append(3, 200, 700, 90);
    made.sync();
    if (end.equals("closed")) {
      made.close();
    }
    return made;
  }

  /// A snapshot is on its way here.
  private static PreparedDirectory receiving() throws IOException {
    PreparedDirectory made = new PreparedDirectory("receiving, closed");
    made.vote(1, "1");
    made.append(1, 300, 300);
    made.sync();
    PreparedDirectory other = withSnapshots("closed");
    var snapshot = other.snapshots.snapshots().getLast();
    byte[] half = other.snapshots.read(snapshot, 0, (int) snapshot.bytes() / 2);
    made.snapshots.receive(3, snapshot, 0, half);
    made.close();
    return made;
  }

  private void vote(long term, String node) {
    hardState = new HardState(term, node == null ? null : new NodeId(node));
    store.write(hardState, List.of());
  }

  private void append(long term, int... lengths) {
    replaceFrom(log.isEmpty() ? 1 : log.lastKey() + 1, term, lengths);
  }

  private void replaceFrom(long first, long term, int... lengths) {
    List<Entry> entries = new ArrayList<>();
    for (int length : lengths) {
      entries.add(entry(new EntryId(term, first + entries.size()), length));
    }
    log.tailMap(first, true).clear();
    entries.forEach(entry -> log.put(entry.index(), entry));
    everWritten.addAll(entries);
    store.write(null, entries);
  }

  private static Entry entry(EntryId id, int length) {
    if (length == 0) {
      return new Entry(id, Entry.Kind.NO_OP, new byte[0]);
    }
    if (length == 10) {
      TreeSet<NodeId> voters = new TreeSet<>(List.of(SELF, new NodeId("2")));
      Configuration members = Configuration.of(voters);
      return new Entry(id, Entry.Kind.CONFIGURATION, ConfigurationFormat.encode(members));
    }
    String command = "put key-" + id.index() + " " + "v".repeat(length);
    Stamp stamp = Stamp.first(new RequestId(id.index() % 3, id.index()), 0);
    return new Entry(
        id,
        Entry.Kind.COMMAND,
        CommandEnvelope.encode(new SessionCommand.Once(stamp, command.getBytes(UTF_8))));
  }

  private void sync() {
    store.sync();
  }

  private void snapshot(long index) throws IOException {
    for (Entry entry : log.subMap(applied, false, index, true).values()) {
      if (entry.kind() == Entry.Kind.COMMAND) {
        machine.apply(new Place(entry.term(), entry.index()), CommandEnvelope.decode(entry.data()));
      }
    }
    applied = index;
    EntryId last = log.get(index).id();
    AppliedState state = new AppliedState(last, new byte[0], machine.state());
    snapshots.save(last, new byte[0], state::write);
    states.put(index, bytes(machine.state()));
  }

  private void close() {
    snapshots.close();
    store.close();
    certainlySynced = log.isEmpty() ? 0 : log.lastKey();
  }

  /// All of a state, to be compared.
  static byte[] bytes(SessionMachine.State state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.machine().write(bytes);
    state.sessions().save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
