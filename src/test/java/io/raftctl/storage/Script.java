package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.room.Room;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.simulation.disk.SimulatedDisk.SimulatedCrash;
import io.raftctl.storage.log.SegmentedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A store on a simulated disk beside its twin: whatever is done to the one is done to the other.
final class Script {
  static final LogOptions OPTIONS = new LogOptions(5120, Runnable::run);
  static final NodeId NODE = new NodeId("1");

  final SimulatedDisk disk;
  final Twin twin;
  private @Nullable SegmentedLog log;

  Script(SimulatedDisk disk, Twin twin) {
    this.disk = disk;
    this.twin = twin;
  }

  static SegmentedLog open(Disk disk) {
    return DataDirectory.open(disk, "test", NODE, 7, OPTIONS);
  }

  /// Starts a store, and checks what it recovered.
  SegmentedLog start() {
    SegmentedLog started = open(disk);
    twin.recover(started);
    log = started;
    return started;
  }

  void write(@Nullable HardState state, List<Entry> entries) {
    twin.write(state, entries);
    log().write(state, entries);
    assertThat(log().hardState()).isEqualTo(twin.state());
  }

  void startAfter(EntryId last) {
    twin.startAfter(last);
    log().startAfter(last);
  }

  void compact(long last) {
    twin.compact(last);
    log().compact(last);
  }

  void sync() {
    log().sync();
    twin.sync();
  }

  void stop() {
    log().close();
    twin.sync();
  }

  SegmentedLog log() {
    if (log == null) {
      throw new IllegalStateException("not started");
    }
    return log;
  }

  /// The tour of all that a store does, in about a hundred and fifty operations of the disk.
  void tour() {
    start();
    write(new HardState(1, new NodeId("1")), List.of());
    sync();
    write(null, entries(1, 1, 10, 0, 100, 30));
    sync();
    write(null, entries(4, 1, 700));
    write(null, entries(5, 1, 1, 511, 512));
    sync();
    write(null, entries(8, 1, 900, 900, 900, 900, 900));
    sync();
    write(new HardState(2, null), List.of());
    write(new HardState(2, new NodeId("3")), entries(13, 2, 40, 40));
    sync();
    write(null, entries(7, 2, 300, 40)); // Replaces entries in two segments.
    write(null, entries(9, 2, 6000, 20)); // One larger than a segment.
    sync();
    stop();
    start();
    write(new HardState(3, null), entries(10, 3, 1000, 1000, 1000, 1000, 1000));
    write(null, entries(12, 4, 8, 8)); // Replaces entries that were never synced.
    start(); // The process before this one died without a word.
    write(new HardState(5, new NodeId("2")), entries(twin.lastIndex() + 1, 5, 64, 3500));
    sync();
    write(null, entries(twin.lastIndex() + 1, 5, 2000, 2, 2, 2));
  }

  /// The tour of a log whose front goes: entries that a snapshot holds, and a snapshot of a leader
  /// in place of all of it.
  void tourOfSnapshots() {
    start();
    write(new HardState(1, new NodeId("1")), entries(1, 1, 900, 900, 900, 900, 900, 900));
    sync();
    write(null, entries(7, 1, 900, 900, 900, 900, 900));
    compact(5); // Takes the first segment.
    sync();
    write(new HardState(2, null), entries(10, 2, 900, 900, 900, 900)); // Across a segment's border.
    compact(9);
    sync();
    write(null, entries(14, 2, 2000, 2000, 2000, 2000));
    compact(17); // Not synced yet, so it waits for the sync.
    sync();
    stop();
    start();
    write(null, entries(18, 2, 50, 50));
    startAfter(new EntryId(3, 40));
    write(new HardState(3, null), entries(41, 3, 700, 50));
    sync();
    startAfter(new EntryId(4, 60));
    start(); // The process before this one died without a word.
    startAfter(new EntryId(5, 70));
    sync();
    write(new HardState(6, null), entries(71, 6, 3000, 3000));
    write(null, entries(71, 7, 3000, 3000)); // A start of a segment that does not count any more.
    sync();
    compact(72);
    stop();
    start();
  }

  /// The tour of a full disk: a snapshot of a leader takes the place of a log behind which there is
  /// no room for a segment; what it gives up is written anew, and so is what compaction gives up;
  /// all else is taken by others at once.
  void tourOfAFullDisk() {
    start();
    write(new HardState(1, NODE), entries(1, 1, 900, 900, 900, 900, 900, 900));
    sync();
    fill();
    writeWhatFits(900);
    sync();
    startAfter(new EntryId(2, 40)); // In the middle of the last segment.
    write(new HardState(2, null), List.of());
    sync();
    fill();
    log().makeRoom();
    writeWhatFits(900); // In what was the first segment.
    sync();
    compact(twin.lastIndex() - 1);
    sync();
    fill();
    log().makeRoom();
    long last = Math.max(twin.lastIndex(), twin.firstReplaceable());
    write(new HardState(3, NODE), entries(last, 3, 900, 900)); // Across its border.
    sync();
    stop();
    start(); // Still on a full disk.
    writeWhatFits(900);
    startAfter(new EntryId(4, twin.firstReplaceable())); // Contradicts entries behind it.
    log().makeRoom();
    sync();
    start(); // The process before this one died without a word.
    fill();
    log().makeRoom();
    writeWhatFits(900);
    startAfter(new EntryId(5, 70)); // Not synced by this process.
    start();
    compact(70);
    fill();
    log().makeRoom();
    writeWhatFits(1200);
    sync();
    stop();
    start();
  }

  /// Others take what room there is.
  void fill() {
    disk.limit(disk.used());
  }

  Room reserve(List<Entry> entries) {
    Demand demand = Demand.NOTHING;
    for (Entry entry : entries) {
      demand = demand.and(entry);
    }
    return log().reserve(demand);
  }

  /// Entries of so many bytes that may come next.
  List<Entry> next(int... lengths) {
    return entries(twin.lastIndex() + 1, Math.max(1, twin.lastTerm()), lengths);
  }

  /// Writes one entry of so many bytes after another for as long as there is certainly room.
  ///
  /// @return how many there were since the disk was known to be full
  int writeWhatFits(int length) {
    int count = 0;
    Room room = reserve(next(length));
    while (room.takes(next(length).getFirst())) {
      count += room.isShort() ? 1 : 0;
      write(null, next(length));
      room = reserve(next(length));
    }
    return count;
  }

  /// What a node does after a crash: it recovers, on a disk that is as full as before, and goes on
  /// when there is room.
  void goOn(RandomGenerator random) {
    start();
    reserve(List.of());
    disk.limit(Long.MAX_VALUE);
    log().makeRoom();
    for (int i = 0; i < 3; i++) {
      randomStep(random);
    }
  }

  /// Does something, mostly small.
  void randomStep(RandomGenerator random) {
    switch (random.nextInt(8)) {
      case 6 -> compact(twin.lastIndex());
      case 7 -> {
        if (random.nextInt(4) == 0) {
          startAfter(new EntryId(twin.lastTerm() + 1, twin.lastIndex() + random.nextInt(1, 9)));
        }
      }
      case 0 -> sync();
      case 1 -> {
        long term = twin.state().term() + 1;
        write(new HardState(term, random.nextBoolean() ? null : NODE), List.of());
      }
      case 2 -> {
        long last = twin.lastIndex();
        long from =
            Math.max(
                twin.firstReplaceable(), last + 1 - random.nextInt(1 + (int) Math.min(last, 12)));
        write(null, randomEntries(random, from, twin.lastTerm() + 1));
      }
      default ->
          write(null, randomEntries(random, twin.lastIndex() + 1, Math.max(1, twin.lastTerm())));
    }
  }

  /// Runs until the disk goes down.
  ///
  /// @return whether it did
  static boolean crashes(Runnable steps) {
    try {
      steps.run();
      return false;
    } catch (SimulatedCrash e) {
      return true;
    }
  }

  /// Entries of a term with data of these lengths; no byte of them is zero, so that a lost sector
  /// is a loss.
  static List<Entry> entries(long first, long term, int... lengths) {
    List<Entry> entries = new ArrayList<>();
    for (int length : lengths) {
      EntryId id = new EntryId(term, first + entries.size());
      byte[] data = new byte[length];
      for (int i = 0; i < length; i++) {
        data[i] = (byte) (1 + (31 * id.index() + 7 * term + i) % 255);
      }
      entries.add(new Entry(id, Entry.Kind.COMMAND, data));
    }
    return entries;
  }

  private static List<Entry> randomEntries(RandomGenerator random, long first, long term) {
    int[] lengths = new int[1 + random.nextInt(5)];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = random.nextInt(random.nextInt(20) == 0 ? 6000 : 600);
    }
    return entries(first, term, lengths);
  }
}
