package io.raftctl.raft;

import static io.raftctl.raft.Shorthand.at;
import static io.raftctl.raft.Shorthand.boxes;
import static io.raftctl.raft.Shorthand.command;
import static io.raftctl.raft.Shorthand.entriesFrom;
import static io.raftctl.raft.Shorthand.log;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.log.RaftLog;
import io.raftctl.raft.log.TermRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The log and its terms, against a plain list of entries.
class RaftLogTest {
  @ParameterizedTest
  @CsvSource({
    "1 1 1,        9, 9, 3@1",
    "1 1 4 4,      3, 4, 2@1",
    "1 1 4 4,      4, 3, 3@4",
    "1 2 2 3 3,    2, 5, 3@2",
    "2 2 2,        1, 3, 0@0",
    "'',           5, 5, 0@0",
  })
  void logsCouldAgreeAtTheLastEntryThatIsNeitherBeyondNorNewer(
      String terms, long term, long index, String match) {
    RaftLog log = logOf(terms, 0);
    assertThat(log.lastPossibleMatch(at(index, term))).hasToString(match);
  }

  @Test
  void onlyEntriesThatTheLogLacksAreFresh() {
    RaftLog log = logOf("1 1 2 2", 0);
    assertThat(boxes(log.withoutMatchingPrefix(entriesFrom(2, "1 2 2 2")))).isEqualTo("2");
    assertThat(boxes(log.withoutMatchingPrefix(entriesFrom(2, "1 3 3")))).isEqualTo("3 3");
    assertThat(log.withoutMatchingPrefix(entriesFrom(2, "1 2"))).isEmpty();
  }

  @Test
  void anEntryThatLeavesAGapOrAnOlderTermIsRefused() {
    TermRuns terms = new MemoryDisk(HardState.INITIAL, log("1 3")).terms();
    assertThatThrownBy(() -> terms.append(at(4, 3))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> terms.append(at(3, 2))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> terms.termAt(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> terms.termAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aMessageHoldsAtLeastOneEntryHoweverLarge() {
    RaftLog log = logOf("", 1 << 20);
    log.append(command(at(1, 1), "a"));
    log.append(command(at(2, 1), "x".repeat(1000)));
    log.append(command(at(3, 1), "b"));
    assertThat(log.read(1, 3, 100)).hasSize(1);
    assertThat(log.read(2, 3, 100)).hasSize(1);
    assertThat(log.read(1, 3, 2000)).hasSize(3);
  }

  /// Random appends and replacements under a cache of a few entries. A read may be short where it
  /// meets the end of what is cached, but never wrong.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithAPlainList(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    MemoryDisk disk = new MemoryDisk(HardState.INITIAL, log("1 1 2"));
    RaftLog log = new RaftLog(disk, random.nextInt(500));
    List<Entry> twin = new ArrayList<>(disk.entries());
    long term = 3;
    for (int turn = 1; turn <= 500; turn++) {
      log.beginTurn();
      term += random.nextInt(5) == 0 ? 1 : 0;
      boolean replaces = random.nextInt(4) == 0;
      long first = replaces ? random.nextLong(1, twin.size() + 2L) : twin.size() + 1L;
      long previous = first == 1 ? 1 : twin.get((int) first - 2).term();
      long from = random.nextLong(previous, term + 1);
      List<Entry> entries = new ArrayList<>();
      for (int extra = 0; extra <= random.nextInt(4); extra++) {
        entries.add(command(at(first + extra, Math.min(term, from + extra)), "e" + turn));
      }
      twin.subList((int) first - 1, twin.size()).clear();
      twin.addAll(entries);
      log.replaceFrom(first, entries);
      disk.write(turn, null, entries);
      agrees(log, twin, random);
    }
  }

  private static void agrees(RaftLog log, List<Entry> twin, SplittableRandom random) {
    assertThat(log.last()).isEqualTo(twin.getLast().id());
    for (Entry entry : twin) {
      assertThat(log.idAt(entry.index())).isEqualTo(entry.id());
    }
    long from = random.nextLong(1, twin.size() + 1L);
    long to = random.nextLong(from, twin.size() + 1L);
    List<Entry> read = log.read(from, to, random.nextLong(300));
    assertThat(read).isNotEmpty();
    assertThat(twin.subList((int) from - 1, (int) to)).startsWith(read.toArray(Entry[]::new));

    EntryId other = at(random.nextLong(twin.size() + 5L), random.nextLong(1, 9));
    EntryId match = EntryId.NONE;
    boolean held = false;
    for (Entry entry : twin) {
      held |= entry.id().equals(other);
      if (entry.index() <= other.index() && entry.term() <= other.term()) {
        match = entry.id();
      }
    }
    assertThat(log.contains(other)).isEqualTo(held);
    assertThat(log.lastPossibleMatch(other)).isEqualTo(match);
  }

  private static RaftLog logOf(String terms, long cacheBytesMax) {
    return new RaftLog(new MemoryDisk(HardState.INITIAL, log(terms)), cacheBytesMax);
  }
}
