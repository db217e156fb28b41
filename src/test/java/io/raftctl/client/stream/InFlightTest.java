package io.raftctl.client.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.stream.InFlight.Sending;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is sent, in which order, and what goes along with it.
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

    inFlight.done(1);
    inFlight.refuse(2);

    assertThat(inFlight.isHeld()).isTrue();
    assertThat(inFlight.take(10, 1000)).isEmpty();
    assertThat(inFlight.isSettled()).isFalse();

    inFlight.refuse(3);

    assertThat(inFlight.isSettled()).isTrue();
    inFlight.rewind();
    assertThat(sequences(inFlight.take(10, 1000))).containsExactly(2L, 3L, 4L);
  }

  @Test
  void whatABrokenStreamCarriedGoesAgainFirstAndInItsOrder() {
    add(1, 2, 3, 4);
    inFlight.take(3, 1000);
    inFlight.refuse(1);
    inFlight.done(2);

    inFlight.lose();
    inFlight.rewind();

    assertThat(sequences(inFlight.take(10, 1000))).containsExactly(1L, 3L, 4L);
  }

  @Test
  void eachCommandFollowsTheOneBeforeIt() {
    inFlight.add(request(1, false));
    inFlight.add(request(2, true));
    inFlight.add(request(3, false));
    inFlight.add(request(4, false));

    assertThat(inFlight.take(3, 1000)).extracting(Sending::after).containsExactly(0L, 0L, 1L);
    inFlight.done(1);
    inFlight.done(2);
    inFlight.refuse(3);
    inFlight.rewind();
    assertThat(inFlight.take(10, 1000)).extracting(Sending::after).containsExactly(1L, 3L);
  }

  @Test
  void nothingFollowsACommandThatEndedWithoutBeingDone() {
    add(1, 2, 3);
    inFlight.take(3, 1000);
    inFlight.done(1);
    inFlight.lose();
    inFlight.rewind();

    assertThat(sequencesOf(inFlight.expire(2))).containsExactly(2L);
    assertThat(inFlight.take(10, 1000)).extracting(Sending::after).containsExactly(1L);
  }

  @Test
  void onlyWhatMayBeInALogIsInDoubt() {
    inFlight.add(request(1, false));
    inFlight.add(request(2, true));
    inFlight.add(request(3, false));
    inFlight.add(request(4, false));
    List<Sending> sent = inFlight.take(3, 1000);
    inFlight.refuse(1);
    inFlight.lose();

    assertThat(List.of(1L, 2L, 3L, 4L)).filteredOn(inFlight::isDoubtful).containsExactly(3L);
    assertThat(inFlight.hasDoubtful()).isTrue();

    inFlight.rewind();
    inFlight.take(10, 1000);
    inFlight.refuse(3); // Of the second try only: the first may still be in a log.
    assertThat(inFlight.giveUp(sent.getLast().request())).isTrue();
    assertThat(inFlight.giveUp(sent.getFirst().request())).isFalse();
    assertThat(inFlight.hasDoubtful()).isFalse();
  }

  @Test
  void settledIsWhatIsNeitherSentNorAskedForAgain() {
    add(1, 2, 3, 4);
    assertThat(inFlight.settledBelow()).isEqualTo(1);
    inFlight.take(3, 1000);
    inFlight.done(2);
    assertThat(inFlight.settledBelow()).isEqualTo(1);
    inFlight.done(1);
    assertThat(inFlight.settledBelow()).isEqualTo(3);
    inFlight.refuse(3);
    assertThat(inFlight.settledBelow()).isEqualTo(3);
    assertThat(sequencesOf(inFlight.expire(3))).containsExactly(3L);
    assertThat(inFlight.settledBelow()).isEqualTo(4);
  }

  @Test
  void whatEndedUnknownIsAskedForLaterSoItIsNotSettled() {
    add(1, 2, 3);
    inFlight.take(3, 1000);
    inFlight.expire(1).forEach(inFlight::giveUp);
    inFlight.done(2);
    inFlight.done(3);
    assertThat(inFlight.settledBelow()).isEqualTo(1);

    inFlight.renew(); // It belongs to the old session, where nothing is sent any more.
    assertThat(inFlight.settledBelow()).isEqualTo(4);
    add(4);
    assertThat(inFlight.take(1, 1000)).extracting(Sending::after).containsExactly(0L);
  }

  @Test
  void timeRunsOutForTheOldestFirst() {
    add(1, 2, 3, 4);
    inFlight.take(2, 1000);
    inFlight.refuse(2);

    assertThat(sequencesOf(inFlight.expire(3))).containsExactly(1L, 2L, 3L);
    assertThat(inFlight.isDoubtful(1)).isTrue();
    assertThat(inFlight.isDoubtful(2)).isFalse();
    inFlight.lose();
    assertThat(sequencesOf(inFlight.abandon())).containsExactly(4L);
  }

  @Test
  void anOutcomeThatComesTooLateBelongsToNobody() {
    add(1);
    inFlight.take(1, 1000);
    inFlight.expire(1);

    assertThat(inFlight.done(1)).isNull();
    inFlight.refuse(1);
    inFlight.doubt(1);
    assertThat(inFlight.wantsToSend()).isFalse();
  }

  private void add(long... sequences) {
    for (long sequence : sequences) {
      inFlight.add(request(sequence, false));
    }
  }

  /// Its deadline is its sequence, to have them apart.
  private static Request request(long sequence, boolean readOnly) {
    return new Request(sequence, new byte[10], readOnly, sequence, _ -> {});
  }

  private static List<Long> sequences(List<Sending> sendings) {
    return sendings.stream().map(sending -> sending.request().sequence()).toList();
  }

  private static List<Long> sequencesOf(List<Request> requests) {
    return requests.stream().map(Request::sequence).toList();
  }
}
