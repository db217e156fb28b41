package io.raftctl.client.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.RequestId;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is done stands in the log in the order in which it was submitted.
class InFlightTest {
  private final InFlight inFlight = new InFlight();

  @Test
  void requestsAreSentInTheirOrder() {
    add(1, 2, 3);

    assertThat(sequences(inFlight.take(2, 1000))).containsExactly(1L, 2L);
    assertThat(sequences(inFlight.take(2, 1000))).containsExactly(3L);
    assertThat(inFlight.take(2, 1000)).isEmpty();
  }

  @Test
  void aBatchHoldsAtLeastOneAndElseNoMoreThanItsBytes() {
    add(1, 2, 3); // 10 bytes each

    assertThat(sequences(inFlight.take(10, 5))).containsExactly(1L);
    assertThat(sequences(inFlight.take(10, 25))).containsExactly(2L, 3L);
  }

  @Test
  void fromARefusalOnNothingIsSentUntilAllIsSettled() {
    add(1, 2, 3, 4);
    inFlight.take(3, 1000);

    inFlight.settle(1, true);
    inFlight.refuse(2);

    assertThat(inFlight.isHeld()).isTrue();
    assertThat(inFlight.take(10, 1000)).isEmpty();
    assertThat(inFlight.isSettled()).isFalse();

    inFlight.refuse(3);

    assertThat(inFlight.isSettled()).isTrue();
    assertThat(inFlight.rewind()).isEmpty();
    assertThat(sequences(inFlight.take(10, 1000))).containsExactly(2L, 3L, 4L);
  }

  @Test
  void aRefusedCommandThatALaterOneOvertookIsNeverSentAgain() {
    add(1, 2, 3, 4);
    inFlight.take(4, 1000);

    inFlight.refuse(1);
    inFlight.refuse(2);
    inFlight.settle(3, true);
    inFlight.refuse(4);

    assertThat(sequences(inFlight.rewind())).containsExactly(1L, 2L);
    assertThat(sequences(inFlight.take(10, 1000))).containsExactly(4L);
  }

  @Test
  void whatMayHaveBeenTakenOvertakesLikeWhatWas() {
    add(1, 2, 3);
    inFlight.take(3, 1000);

    inFlight.refuse(1);
    inFlight.refuse(3);

    assertThat(sequences(inFlight.lose())).containsExactly(2L);
    assertThat(sequences(inFlight.rewind())).containsExactly(1L);
    assertThat(sequences(inFlight.take(10, 1000))).containsExactly(3L);
  }

  @Test
  void aRequestThatWasRefusedForGoodOvertakesNothing() {
    add(1, 2);
    inFlight.take(2, 1000);

    inFlight.refuse(1);
    inFlight.settle(2, false);

    assertThat(inFlight.rewind()).isEmpty();
  }

  @Test
  void readsKeepNoOrderAndGoAgainWhenTheStreamBreaks() {
    inFlight.add(request(1, false));
    inFlight.add(request(2, true));
    inFlight.add(request(3, false));
    inFlight.take(3, 1000);

    assertThat(sequences(inFlight.lose())).containsExactly(1L, 3L);
    assertThat(inFlight.rewind()).isEmpty();
    assertThat(sequences(inFlight.take(10, 1000))).containsExactly(2L);
  }

  @Test
  void timeRunsOutForTheOldestFirst() {
    add(1, 2, 3, 4);
    inFlight.take(2, 1000);
    inFlight.refuse(2);

    assertThat(sequences(inFlight.expireSent(1))).containsExactly(1L);
    assertThat(sequences(inFlight.expireUnsent(3))).containsExactly(2L, 3L);
    assertThat(sequences(inFlight.expireSent(9))).isEmpty();
    assertThat(sequences(inFlight.abandon())).containsExactly(4L);
  }

  @Test
  void anOutcomeThatComesTooLateBelongsToNobody() {
    add(1);
    inFlight.take(1, 1000);
    inFlight.expireSent(1);

    assertThat(inFlight.settle(1, true)).isNull();
    inFlight.refuse(1);
    assertThat(inFlight.wantsToSend()).isFalse();
  }

  private void add(long... sequences) {
    for (long sequence : sequences) {
      inFlight.add(request(sequence, false));
    }
  }

  /// Its deadline is its sequence, to have them apart.
  private static Request request(long sequence, boolean readOnly) {
    return new Request(new RequestId(1, sequence), new byte[10], readOnly, sequence, _ -> {});
  }

  private static List<Long> sequences(List<Request> requests) {
    return requests.stream().map(Request::sequence).toList();
  }
}
