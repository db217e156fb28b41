package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.SegmentedLog;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What a log does as long as nothing goes wrong, and what it makes of torn tails.
final class SegmentedLogTest {
  private static final String FIRST = "log-00000001";

  private final Script script =
      new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());

  @Test
  void doesWhatAListInMemoryDoes() {
    for (int seed = 1; seed <= 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Script other = new Script(new SimulatedDisk("disk", random.split()), new Twin());
      other.start();
      for (int step = 0; step < 60; step++) {
        other.randomStep(random);
        other.twin.requireSame(other.log());
        if (random.nextInt(20) == 0) {
          other.stop();
          other.start();
        }
      }
    }
  }

  @Test
  void anEmptyLogStaysEmpty() {
    for (int start = 0; start < 3; start++) {
      script.start();
      assertThat(script.log().terms().lastIndex()).isZero();
      assertThat(script.log().hardState()).isEqualTo(HardState.INITIAL);
      script.stop();
    }
  }

  @Test
  void aReadEndsBeforeTheLimitButBringsAtLeastOneEntry() {
    script.start();
    script.write(null, Script.entries(1, 1, 100, 100, 100, 5000));
    long size = 100 + Entry.OVERHEAD_BYTES;
    assertThat(script.log().read(1, 4, 2 * size)).hasSize(2);
    assertThat(script.log().read(1, 4, 2 * size - 1)).hasSize(1);
    assertThat(script.log().read(1, 4, 0)).hasSize(1);
    assertThat(script.log().read(4, 4, 1)).hasSize(1);
    assertThatThrownBy(() -> script.log().read(4, 5, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void entriesThatLeaveAGapOrFallInTermAreABugOfTheCaller() {
    script.start();
    script.write(null, Script.entries(1, 3, 1, 1));
    for (List<Entry> wrong :
        List.of(
            Script.entries(4, 3, 1),
            Script.entries(3, 2, 1),
            Script.entries(0, 3, 1),
            List.of(Script.entries(3, 3, 1).getFirst(), Script.entries(5, 3, 1).getFirst()))) {
      assertThatThrownBy(() -> script.log().write(null, wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    script.twin.requireSame(script.log());
  }

  @Test
  void theTermsAreTheCallersOwn() {
    script.start();
    script.write(null, Script.entries(1, 1, 1, 1));
    TermRuns terms = script.log().terms();
    terms.truncateFrom(1);
    assertThat(script.log().terms().last()).isEqualTo(new EntryId(1, 2));
  }

  @Test
  void aTornTailIsCutAndWhatFollowsIsKeptTwiceInARow() {
    script.start();
    script.write(null, Script.entries(1, 1, 100));
    script.sync();
    for (int term = 1; term <= 2; term++) {
      long next = script.twin.lastIndex() + 1;
      int before = used(script.disk.contents(FIRST));
      script.write(null, Script.entries(next, term, 700, 100));
      // The first sector of the batch is lost, the later ones with a whole record have arrived.
      byte[] torn = script.disk.contents(FIRST);
      Arrays.fill(torn, before, (before / 512 + 1) * 512, (byte) 0);
      script.disk.kill();
      script.disk.rot(FIRST, torn);
      script.start();
      assertThat(script.twin.lastIndex()).isEqualTo(next - 1);
      assertThat(used(script.disk.contents(FIRST))).isLessThan(before + 1100);
      script.write(null, Script.entries(next, term, 50));
      script.sync();
    }
    script.disk.crash();
    script.start();
    assertThat(script.twin.lastIndex()).isEqualTo(3);
  }

  @Test
  void aRecordOfAnotherHistoryIsNotContinued() {
    byte[] other = afterWriting(Script.entries(1, 1, 400), Script.entries(2, 2, 400, 400));
    byte[] ours = afterWriting(Script.entries(1, 1, 400), Script.entries(2, 3, 400));
    int end = 512 + 2 * 448;
    assertThat(used(ours)).isEqualTo(end);
    System.arraycopy(other, end, ours, end, other.length - end);
    script.start();
    script.disk.kill();
    script.disk.rot(FIRST, ours);
    SegmentedLog log = Script.open(script.disk);
    assertThat(log.terms().last()).isEqualTo(new EntryId(3, 2));
  }

  @Test
  void startsWithoutNewEntriesDoNotLetTheLogGrow() {
    script.start();
    script.write(null, Script.entries(1, 1, 100));
    script.sync();
    script.start();
    byte[] once = script.disk.contents(FIRST);
    for (int i = 0; i < 5; i++) {
      script.start();
    }
    assertThat(script.disk.contents(FIRST)).isEqualTo(once);
  }

  @Test
  void theLogGivesItsTermToAHardStateThatACrashHasTaken() {
    script.start();
    script.log().write(null, Script.entries(1, 7, 10));
    script.log().sync();
    script.disk.crash();
    SegmentedLog log = Script.open(script.disk);
    assertThat(log.hardState()).isEqualTo(new HardState(7, null));
  }

  @Test
  void anotherSegmentSizeHoldsForNewSegments() {
    script.start();
    script.write(null, Script.entries(1, 1, 3000));
    script.stop();
    LogOptions larger = new LogOptions(16_384, Runnable::run);
    SegmentedLog log = DataDirectory.open(script.disk, "test", Script.NODE, 7, larger);
    log.write(null, Script.entries(2, 1, 3000, 3000, 9000));
    log.close();
    assertThat(script.disk.contents(FIRST)).hasSize(5120);
    assertThat(script.disk.contents("log-00000003")).hasSize(16_384);
  }

  /// Writes without a sync between, so that the durable marks of two histories are the same.
  private static byte[] afterWriting(List<Entry> first, List<Entry> second) {
    SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
    SegmentedLog log = Script.open(disk);
    log.write(null, first);
    log.write(null, second);
    return disk.contents(FIRST);
  }

  /// Where the records end: at most one sector of copies of their headers follows the zeros.
  private static int used(byte[] segment) {
    int used = segment.length - 1024;
    while (segment[used - 1] == 0) {
      used--;
    }
    return used;
  }
}
