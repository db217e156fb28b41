package io.raftctl.torture.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Outcome;
import io.raftctl.client.RequestId;
import org.junit.jupiter.api.Test;

/// A judge is judged by histories that are known to be bad.
class VerdictTest {
  private final Verdict verdict = new Verdict("k");
  private long sequence;

  private Outcome.Done counted(long number) {
    return done(true, Long.toString(number));
  }

  private Outcome.Done done(boolean ok, String reply) {
    sequence++;
    return new Outcome.Done(new RequestId(1, sequence), sequence, 1, ok, reply);
  }

  @Test
  void whatWasAcknowledgedOnceAndIsThereOnceIsWell() {
    verdict.acknowledged(counted(1));
    verdict.acknowledged(counted(2));
    verdict.held("1", 2);
    verdict.held("2", 2);
    assertThat(verdict.broken()).isEmpty();
  }

  @Test
  void whatWasNeverAppliedIsNotMissed() {
    verdict.held("1", 0);
    assertThat(verdict.broken()).isEmpty();
  }

  @Test
  void aCommandInDoubtMayComeLateAndIsOnlyCounted() {
    verdict.acknowledged(counted(1));
    verdict.applied(counted(3));
    verdict.acknowledged(counted(2));
    verdict.held("1", 3);
    assertThat(verdict.broken()).isEmpty();
  }

  @Test
  void aNodeThatLacksOneHasLostIt() {
    verdict.acknowledged(counted(1));
    verdict.acknowledged(counted(2));
    verdict.held("1", 2);
    verdict.held("2", 1);
    assertThat(verdict.broken())
        .hasValueSatisfying(it -> assertThat(it).contains("node 2", "lost"));
  }

  @Test
  void aNodeThatHoldsOneTooManyAppliedOneTwice() {
    verdict.acknowledged(counted(1));
    verdict.held("1", 2);
    assertThat(verdict.broken())
        .hasValueSatisfying(it -> assertThat(it).contains("node 1", "more than once"));
  }

  @Test
  void aCommandThatWasAppliedTwiceLeavesANumberThatNobodyHas() {
    verdict.acknowledged(counted(1));
    verdict.acknowledged(counted(3));
    verdict.held("1", 3);
    assertThat(verdict.broken()).isPresent();
  }

  @Test
  void oneLostAndOneDoubledDoNotCancelOut() {
    verdict.acknowledged(counted(1));
    verdict.acknowledged(counted(1));
    verdict.held("1", 2);
    assertThat(verdict.broken())
        .hasValueSatisfying(it -> assertThat(it).contains("0000000000000001-2", "another one"));
  }

  @Test
  void aCommandThatOvertakesAnotherOneOfItsClientIsSeen() {
    verdict.acknowledged(counted(2));
    verdict.acknowledged(counted(1));
    verdict.held("1", 2);
    assertThat(verdict.broken())
        .hasValueSatisfying(it -> assertThat(it).contains("after a later one"));
  }

  @Test
  void aReplyThatIsNoNumberIsBroken() {
    verdict.acknowledged(done(false, "not a number"));
    assertThat(verdict.broken())
        .hasValueSatisfying(it -> assertThat(it).contains("'not a number'"));
  }
}
