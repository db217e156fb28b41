package io.raftctl.statemachine.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.statemachine.Reply;
import org.junit.jupiter.api.Test;

class RepliesTest {
  private final Replies ours = new Replies();
  private final Replies theirs = new Replies();

  @Test
  void theFirstDifferenceIsFound() {
    for (long index = 1; index <= 20; index++) {
      ours.put(index, Reply.ok("r" + index));
      theirs.put(index, Reply.ok(index < 11 ? "r" + index : "other"));
    }
    assertThat(ours.firstDifference(theirs.from(1, 10))).isZero();
    assertThat(ours.firstDifference(theirs.from(1, 100))).isEqualTo(11);
    assertThat(theirs.from(11, 1).firstReply()).isEqualTo("other");
  }

  @Test
  void yesAndNoDiffer() {
    ours.put(1, Reply.ok("a"));
    theirs.put(1, Reply.no("a"));
    assertThat(ours.firstDifference(theirs.from(1, 1))).isEqualTo(1);
    assertThat(theirs.text(1)).isEqualTo("no: a");
  }

  @Test
  void whatOneOfThemDoesNotKnowIsNoDifference() {
    ours.put(2, Reply.ok("a"));
    theirs.put(4, Reply.ok("b"));
    assertThat(ours.firstDifference(theirs.from(1, 100))).isZero();
    assertThat(theirs.from(1, 100).hashes()).hasSize(4).startsWith(0, 0, 0);
    assertThat(theirs.from(5, 100).hashes()).isEmpty();
  }

  @Test
  void aDifferenceIsFoundThoughASecondOfTheFastestProgramFollows() {
    for (long index = 1; index <= 30_000; index++) {
      ours.put(index, Reply.ok("r" + index));
      theirs.put(index, Reply.ok(index == 7 ? "other" : "r" + index));
    }
    assertThat(ours.firstDifference(theirs.from(1, Replies.SIZE))).isEqualTo(7);
    assertThat(theirs.text(7)).isEqualTo("other");
  }

  @Test
  void onlyTheLastAreKept() {
    long last = Replies.SIZE + 1000;
    for (long index = 1; index <= last; index++) {
      ours.put(index, Reply.ok("r" + index));
    }
    Replies.Slice slice = ours.from(1, 5);
    assertThat(slice.first()).isEqualTo(1001);
    assertThat(slice.hashes()).hasSize(5);
    assertThat(slice.firstReply()).isEqualTo("r1001");
    assertThat(ours.text(1)).isEmpty();
  }

  @Test
  void aReplyThatChangesIsToldWithTheOldOne() {
    assertThat(ours.put(1, Reply.ok("a"))).isNull();
    assertThat(ours.put(1, Reply.ok("a"))).isNull();
    assertThat(ours.put(1, Reply.ok("b"))).isEqualTo("a");
  }
}
