package io.raftctl.linearizability.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFormatTest {
  @Test
  void readsOurOwn() throws Exception {
    History history =
        HistoryFormat.RAFTCTL.read(
            """
            {"client":2,"f":"get","key":"x","out":1,"call":15,"return":30}

            {"client":1,"f":"put","key":"x","in":1,"call":10,"return":20,"ok":true}
            {"client":1,"f":"cas","key":"x","in":[1,2],"call":40,"return":null}
            {"client":3,"f":"cas","key":"x","in":[7,8],"out":"1","call":41,"return":42,"ok":false}
            {"client":3,"f":"cas","key":"x","in":[7,8],"out":null,"call":43,"return":44,"ok":false}
            {"client":4,"f":"incr","key":"n","out":5,"call":45,"return":46}
            {"client":4,"f":"get","key":"l","out":[1,"2"],"call":47,"return":48}
            {"client":4,"f":"get","key":"none","out":null,"call":49,"return":50}
            {"fault":"kill 1","begin":12,"end":18}
            """);
    assertThat(history.operations().stream().map(Operation::toString))
        .containsExactly(
            "put x 1",
            "get x -> 1",
            "cas x [1, 2] -> ?",
            "cas x [7, 8] -> refused by 1",
            "cas x [7, 8] -> nothing done",
            "incr n -> 5",
            "get l -> [1, 2]",
            "get none -> nil");
    assertThat(history.operations().get(2).end()).isEqualTo(Operation.OPEN);
    assertThat(history.faults()).containsExactly(new Fault("kill 1", 12, 18));
  }

  @Test
  void readsMapsOfJepsen() throws Exception {
    String maps =
        """
        {:process 0, :type :invoke, :f :write, :value 3}
        {:process 1, :type :invoke, :f :read, :value nil}
        {:process :nemesis, :type :info, :f :start-partition, :value nil}
        {:process 0, :type :info, :f :write, :value 3, :error :timeout}
        {:process 1, :type :ok, :f :read, :value 3}
        {:process :nemesis, :type :info, :f :stop-partition, :value nil}
        {:process 2, :type :invoke, :f :cas, :value [3 4]}
        {:process 2, :type :fail, :f :cas, :value [3 4]}
        {:process 3, :type :invoke, :f :read, :value nil}
        """;
    for (HistoryFormat format : List.of(HistoryFormat.JEPSEN_EDN, HistoryFormat.KNOSSOS)) {
      String text = format == HistoryFormat.KNOSSOS ? "[" + maps + "]" : maps;
      assertThat(HistoryFormat.of(text)).isEqualTo(format);
      History history = format.read(text);
      assertThat(history.operations().stream().map(it -> it.client() + ": " + it))
          .containsExactly(
              "0: put 3 -> ?", "1: get -> 3", "2: cas [3, 4] -> nothing done", "3: get -> ?");
      assertThat(history.faults()).containsExactly(new Fault("start-partition", 3, 6));
    }
  }

  @Test
  void findsKeysInTheMapAndInTheValue() throws Exception {
    History own =
        HistoryFormat.JEPSEN_EDN.read(
            """
            {:process 0, :type :invoke, :f :append, :key "a", :value "x"}
            {:process 0, :type :ok, :f :append, :key "a", :value "x"}
            """);
    assertThat(own.operations().getFirst()).hasToString("append a x");
    History independent =
        HistoryFormat.JEPSEN_EDN.read(
            """
            {:process 0, :type :invoke, :f :read, :value [9 nil]}
            {:process 0, :type :ok, :f :read, :value [9 1]}
            {:process 0, :type :invoke, :f :cas, :value [9 [1 2]]}
            {:process 0, :type :ok, :f :cas, :value [9 [1 2]]}
            """);
    assertThat(independent.operations().stream().map(Operation::toString))
        .containsExactly("get 9 -> 1", "cas 9 [1, 2]");
  }

  @Test
  void readsLinesOfALog() throws Exception {
    History history =
        HistoryFormat.PORCUPINE_ETCD.read(
            """
            INFO  jepsen.core - started
            INFO  jepsen.util - 0\t:invoke\t:write\t4
            INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]
            INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]
            INFO  jepsen.util - 0\t:info\t:write\t:timed-out
            INFO  jepsen.util - 2\t:invoke\t:read\tnil
            INFO  jepsen.util - 2\t:ok\t:read\t4
            INFO  jepsen.util - 2\t:invoke\t:read\tnil
            INFO  jepsen.util - 2\t:fail\t:read\t:timed-out
            """);
    assertThat(history.operations().stream().map(Operation::toString))
        .containsExactly("put 4 -> ?", "cas [1, 2] -> refused", "get -> 4", "get -> nothing done");
    assertThat(history.operations().getFirst().fate()).isEqualTo(Fate.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "raftctl        | {'f':'put'                        | line 1: not a JSON object",
        "raftctl        | {'f':'jump','call':1}         | nobody knows what f 'jump' does",
        "raftctl        | {'f':'get'}                       | an operation has a call",
        "raftctl        | {'f':'get','call':'x'}    | call is a number of nanoseconds",
        "raftctl        | {'f':'get','call':9,'return':8} | before its call",
        "raftctl        | {'f':'cas','call':1,'in':[1]}   | the in of a cas is [old, new]",
        "jepsen-edn     | {:process 1 :type                         | not EDN",
        "jepsen-edn     | {:process 1, :type :ok, :f :read}         | completes what it never"
            + " invoked",
        "jepsen-edn     | {:process 1, :type :go, :f :read}         | a type is invoke, ok, fail or"
            + " info",
        "jepsen-edn     | {:process 1, :type :invoke, :f :cas, :value 3} | the value of a cas is",
        "knossos        | [1 2]                                     | a map of an operation is"
            + " wanted",
      })
  void saysWhatIsWrongAndWhere(String format, String text, String complaint) {
    String unescaped = text.replace("\'", "\"");
    HistoryFormat named = HistoryFormat.named(format);
    assertThat(named).isNotNull();
    assertThatThrownBy(() -> named.read(unescaped))
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining(complaint.replace("\'", "\""));
  }

  /// Whoever calls itself for each bracket has no stack left in the end.
  @ParameterizedTest
  @ValueSource(ints = {101, 1_000, 2_000, 100_000})
  void valuesInValuesInValuesAreRefused(int depth) {
    String nested = "[".repeat(depth) + "1" + "]".repeat(depth);
    String ours = "{\"client\":1,\"f\":\"put\",\"call\":1,\"in\":" + nested + "}";
    String maps = "{:process 1, :type :invoke, :f :write, :value " + nested + "}";
    assertThatThrownBy(() -> HistoryFormat.RAFTCTL.read(ours)).isInstanceOf(HistoryException.class);
    assertThatThrownBy(() -> HistoryFormat.JEPSEN_EDN.read(maps))
        .isInstanceOf(HistoryException.class);
  }

  @Test
  void aLineOfALogMayHoldAnyBrackets() throws Exception {
    String nested = "[".repeat(100_000) + "1" + "]".repeat(100_000);
    String line = "INFO  jepsen.util - 1 :invoke :write " + nested;
    assertThat(HistoryFormat.PORCUPINE_ETCD.read(line).operations()).hasSize(1);
  }

  @Test
  void whatLooksLikeNothingIsNotGuessed() {
    assertThatThrownBy(() -> HistoryFormat.of("hello\n")).isInstanceOf(HistoryException.class);
    assertThatThrownBy(() -> HistoryFormat.of("")).isInstanceOf(HistoryException.class);
  }
}
