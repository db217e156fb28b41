package io.raftctl.raft.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurableTest {
  private final Durable durable = new Durable(5);

  @Test
  void whatWasRecoveredIsDurable() {
    assertThat(durable.index()).isEqualTo(5);
  }

  @Test
  void writtenEntriesAreDurableOnceTheirTurnIsSynced() {
    durable.written(1, 6, 8);
    durable.written(2, 9, 9);
    assertThat(durable.index()).isEqualTo(5);
    durable.synced(1);
    assertThat(durable.index()).isEqualTo(8);
    durable.synced(2);
    assertThat(durable.index()).isEqualTo(9);
  }

  @Test
  void oneSyncServesAllTurnsBeforeIt() {
    durable.written(1, 6, 8);
    durable.written(3, 9, 9);
    durable.synced(4);
    assertThat(durable.index()).isEqualTo(9);
  }

  @Test
  void aReplacedEntryIsNotDurableUntilItsLastWriteIs() {
    durable.written(1, 6, 8);
    durable.written(2, 7, 7);
    durable.written(3, 7, 8);
    durable.synced(1);
    assertThat(durable.index()).isEqualTo(6);
    durable.synced(2);
    assertThat(durable.index()).isEqualTo(6);
    durable.synced(3);
    assertThat(durable.index()).isEqualTo(8);
  }

  @Test
  void aReplacedRecoveredEntryIsNotDurableEither() {
    durable.written(1, 3, 4);
    assertThat(durable.index()).isEqualTo(2);
    durable.synced(1);
    assertThat(durable.index()).isEqualTo(4);
  }

  /// Against a twin that remembers for each entry of the log which turn wrote it last.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithATwinThatCountsEachEntry(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Durable tested = new Durable(0);
    List<Long> writers = new ArrayList<>();
    long synced = 0;
    for (long turn = 1; turn <= 2000; turn++) {
      if (random.nextInt(3) > 0) {
        int first = Math.max(1, writers.size() + 1 - (random.nextInt(4) == 0 ? 5 : 0));
        int last = first + random.nextInt(4);
        writers.subList(first - 1, writers.size()).clear();
        for (int index = first; index <= last; index++) {
          writers.add(turn);
        }
        tested.written(turn, first, last);
      }
      if (random.nextInt(4) == 0) {
        synced = random.nextLong(synced, turn + 1);
        tested.synced(synced);
      }
      long done = synced;
      long prefix = writers.stream().takeWhile(writer -> writer <= done).count();
      assertThat(tested.index()).as("turn %s", turn).isEqualTo(prefix);
    }
  }
}
