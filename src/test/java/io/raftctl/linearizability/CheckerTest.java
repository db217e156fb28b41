package io.raftctl.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Verdict.Illegal;
import io.raftctl.linearizability.Verdict.Lack;
import io.raftctl.linearizability.Verdict.Linearizable;
import io.raftctl.linearizability.Verdict.Unknown;
import io.raftctl.linearizability.model.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The verdicts, against a twin that tries everything, and on histories of which one knows.
class CheckerTest {
  private static final int SMALL_HISTORIES = 5_000;
  private static final Checker CHECKER = new Checker(2, 256 << 20);

  static Stream<Arguments> objects() {
    return Stream.of(
        Arguments.of(Models.REGISTER, List.of(Function.GET, Function.PUT)),
        Arguments.of(Models.REGISTER, List.of(Function.GET, Function.PUT, Function.CAS)),
        Arguments.of(Models.KV, List.of(Function.GET, Function.PUT, Function.CAS, Function.APPEND)),
        Arguments.of(Models.REGISTER, List.of(Function.GET, Function.PUT, Function.INCR)),
        Arguments.of(Models.LOCK, List.of(Function.LOCK, Function.UNLOCK)),
        Arguments.of(Models.QUEUE, List.of(Function.ENQUEUE, Function.DEQUEUE)));
  }

  @ParameterizedTest
  @MethodSource("objects")
  void judgesAsWhoeverTriesAllOrders(Models object, List<Function> functions) throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    int legal = 0;
    for (int i = 0; i < SMALL_HISTORIES; i++) {
      List<Operation> history = Histories.small(random, functions, 2 + random.nextInt(6));
      boolean expected = BruteForce.isLinearizable(object.model(), history);
      Verdict verdict = judge(object.model(), history);
      assertThat(verdict instanceof Linearizable).as("%s", history).isEqualTo(expected);
      if (verdict instanceof Illegal illegal) {
        assertIsSmallestPrefix(object.model(), illegal);
      }
      legal += expected ? 1 : 0;
    }
    // A table of one kind only would prove little.
    assertThat(legal).isBetween(SMALL_HISTORIES / 10, SMALL_HISTORIES * 9 / 10);
  }

  private static void assertIsSmallestPrefix(Model<?> model, Illegal illegal) {
    assertThat(BruteForce.isLinearizable(model, illegal.prefix())).as("%s", illegal).isFalse();
    List<Operation> before = new ArrayList<>(illegal.prefix());
    before.set(illegal.culprit(), illegal.unexplained().open());
    assertThat(BruteForce.isLinearizable(model, before)).as("%s", illegal).isTrue();
    assertThat(illegal.attempts()).isNotEmpty();
    for (Verdict.Attempt attempt : illegal.attempts()) {
      assertThat(attempt.order()).doesNotHaveDuplicates();
      assertExplains(model, illegal.prefix(), attempt);
    }
  }

  private static <S> void assertExplains(
      Model<S> model, List<Operation> prefix, Verdict.Attempt attempt) {
    S state = model.initial();
    for (int number : attempt.order()) {
      state = model.step(state, prefix.get(number));
      assertThat(state).as("%s of %s", attempt, prefix).isNotNull();
    }
    assertThat(model.show(state)).isEqualTo(attempt.state());
  }

  @Test
  void whatClientsOfARegisterSawIsLinearizable() throws Exception {
    for (int seed = 1; seed <= 5; seed++) {
      List<Operation> seen = Histories.seen(new SplittableRandom(seed), 5_000, 20);
      assertThat(judge(Models.REGISTER.model(), seen)).isInstanceOf(Linearizable.class);
    }
  }

  @Test
  void oneAnswerThatNobodyGaveIsFoundAmongThousands() throws Exception {
    List<Operation> seen = new ArrayList<>(Histories.seen(new SplittableRandom(9), 2_000, 20));
    int place = 1_500;
    while (seen.get(place).function() != Function.GET || seen.get(place).fate() != Fate.DONE) {
      place++;
    }
    Operation honest = seen.get(place);
    seen.set(place, get(honest.client(), honest.key(), "77", honest.call(), honest.end()));
    Verdict verdict = judge(Models.REGISTER.model(), seen);
    assertThat(verdict).isInstanceOf(Illegal.class);
    Illegal illegal = (Illegal) verdict;
    assertThat(illegal.key()).isEqualTo(honest.key());
    assertThat(illegal.unexplained()).isEqualTo(seen.get(place));
  }

  @Test
  void aReadThatGoesBackInTimeIsIllegal() throws Exception {
    List<Operation> history =
        List.of(
            put("a", "k", "1", 0, 10),
            put("a", "k", "2", 20, 90),
            get("b", "k", "2", 30, 40),
            get("c", "k", "1", 50, 60));
    assertThat(judge(Models.REGISTER.model(), history)).isInstanceOf(Illegal.class);
    assertThat(judge(Models.REGISTER.model(), history.subList(0, 3)))
        .isInstanceOf(Linearizable.class);
  }

  @Test
  void operationsThatTouchMayOverlap() throws Exception {
    List<Operation> history = List.of(put("a", "k", "1", 0, 10), get("b", "k", null, 10, 20));
    assertThat(judge(Models.REGISTER.model(), history)).isInstanceOf(Linearizable.class);
    assertThat(
            judge(
                Models.REGISTER.model(),
                List.of(put("a", "k", "1", 0, 9), get("b", "k", null, 10, 20))))
        .isInstanceOf(Illegal.class);
  }

  @Test
  void aListThatOneReadTellsShortIsIllegal() throws Exception {
    List<Operation> history =
        List.of(
            operation("a", Function.APPEND, "l", Value.of("1"), Value.ABSENT, 0, 10),
            operation("b", Function.APPEND, "l", Value.of("2"), Value.ABSENT, 5, 15),
            operation(
                "c",
                Function.GET,
                "l",
                Value.ABSENT,
                Value.of(List.of(Value.of("2"), Value.of("1"))),
                20,
                30));
    assertThat(judge(Models.APPEND.model(), history)).isInstanceOf(Linearizable.class);
    List<Operation> longer = new ArrayList<>(history);
    longer.add(
        operation("a", Function.GET, "l", Value.ABSENT, Value.of(List.of(Value.of("2"))), 40, 50));
    assertThat(judge(Models.APPEND.model(), longer)).isInstanceOf(Illegal.class);
  }

  @Test
  void theSmallestPrefixOfAllKeysIsTold() throws Exception {
    Verdict verdict =
        judge(
            Models.REGISTER.model(),
            List.of(
                get("a", "late", "9", 50, 60),
                get("b", "early", "9", 10, 20),
                put("c", "fine", "1", 0, 5)));
    assertThat(verdict).isInstanceOf(Illegal.class);
    assertThat(((Illegal) verdict).key()).isEqualTo("early");
  }

  @Test
  void whoeverHasNoTimeOrMemoryDoesNotKnow() throws Exception {
    List<Operation> seen = Histories.seen(new SplittableRandom(3), 20_000, 20);
    assertThat(CHECKER.judge(Models.REGISTER.model(), seen, () -> true))
        .isInstanceOfSatisfying(
            Unknown.class, unknown -> assertThat(unknown.lack()).isEqualTo(Lack.TIME));
    assertThat(new Checker(1, 1 << 15).judge(Models.REGISTER.model(), seen, () -> false))
        .isInstanceOfSatisfying(
            Unknown.class, unknown -> assertThat(unknown.lack()).isEqualTo(Lack.MEMORY));
  }

  private static Verdict judge(Model<?> model, List<Operation> history)
      throws InterruptedException {
    return CHECKER.judge(model, history, () -> false);
  }

  private static Operation put(String client, String key, String in, long call, long end) {
    return operation(client, Function.PUT, key, Value.of(in), Value.ABSENT, call, end);
  }

  private static Operation get(String client, String key, String out, long call, long end) {
    Value told = out == null ? Value.NIL : Value.of(out);
    return operation(client, Function.GET, key, Value.ABSENT, told, call, end);
  }

  private static Operation operation(
      String client, Function function, String key, Value in, Value out, long call, long end) {
    return new Operation(client, function, key, in, out, call, end, Fate.DONE);
  }
}
