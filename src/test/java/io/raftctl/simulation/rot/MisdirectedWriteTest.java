package io.raftctl.simulation.rot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What the judge is told of a misdirected write is what a start finds: else the random walk would
/// excuse too much or too little.
final class MisdirectedWriteTest {
  private static final NodeId NODE = new NodeId("1");
  private static final LogOptions OPTIONS = new LogOptions(3 << 10, Runnable::run);
  private static final int SEEDS = 2_000;

  /// By index: what was written last, and synced.
  private final TreeMap<Long, Entry> synced = new TreeMap<>();

  @Test
  void aStartFindsJustTheEntriesDamagedThatAreSaidToBe() {
    int hits = 0;
    int severalHit = 0;
    int harmless = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      SimulatedDisk disk = used(seed);
      MisdirectedWrite write =
          MisdirectedWrite.strike(
              disk, new SplittableRandom(seed), entry -> synced.containsKey(entry.index()));
      assertThat(write).as("seed %d", seed).isNotNull();
      requireAllBut(disk, write);
      hits += write.lost().isEmpty() ? 0 : 1;
      severalHit += write.lost().size() > 1 ? 1 : 0;
      harmless += write.lost().isEmpty() ? 1 : 0;
    }
    assertThat(hits).isGreaterThan(SEEDS / 4);
    assertThat(severalHit).isGreaterThan(SEEDS / 20);
    assertThat(harmless).isGreaterThan(SEEDS / 20);
  }

  @Test
  void noEntryIsLostThatMustNotRot() {
    for (int seed = 1; seed <= 100; seed++) {
      SimulatedDisk disk = used(seed);
      MisdirectedWrite write =
          MisdirectedWrite.strike(disk, new SplittableRandom(seed), entry -> entry.index() == 3);
      if (write != null) {
        assertThat(write.lost()).isSubsetOf(new EntryId(1, 3));
        requireAllBut(disk, write);
      }
    }
  }

  private void requireAllBut(SimulatedDisk disk, MisdirectedWrite write) {
    try (LogStore log = open(disk)) {
      assertThat(log.damaged().stream().map(DamagedEntry::id))
          .as(write.toString())
          .isEqualTo(write.lost());
      synced.forEach(
          (index, entry) -> {
            if (!write.lost().contains(entry.id())) {
              assertThat(log.read(index, index, 0)).as(write.toString()).isEqualTo(List.of(entry));
            }
          });
    }
  }

  private static LogStore open(SimulatedDisk disk) {
    return DataDirectory.open(disk, "test", NODE, 7, OPTIONS);
  }

  /// A disk after some lives of a node and a power loss: entries of all sizes over several
  /// segments, some of them replaced.
  private SimulatedDisk used(int seed) {
    synced.clear();
    SplittableRandom random = new SplittableRandom(seed);
    SimulatedDisk disk = new SimulatedDisk("disk", random.split());
    disk.rememberWrites();
    for (int life = 1; life <= 3; life++) {
      LogStore log = open(disk);
      for (int batch = 0; batch < 6; batch++) {
        write(log, life, random);
        log.sync();
      }
      disk.crash();
    }
    return disk;
  }

  private void write(LogStore log, int term, SplittableRandom random) {
    long last = log.terms().lastIndex();
    boolean replaces = random.nextInt(6) == 0 && last > 0 && log.terms().last().term() < term;
    long first = replaces ? last : last + 1;
    List<Entry> entries = new ArrayList<>();
    for (long index = first; index <= first + random.nextInt(4); index++) {
      byte[] data = new byte[random.nextInt(8) == 0 ? 700 : random.nextInt(90)];
      Arrays.fill(data, (byte) (1 + random.nextInt(255)));
      entries.add(new Entry(new EntryId(term, index), Entry.Kind.COMMAND, data));
    }
    log.write(new HardState(term, NODE), entries);
    synced.tailMap(first).clear();
    entries.forEach(entry -> synced.put(entry.index(), entry));
  }
}
