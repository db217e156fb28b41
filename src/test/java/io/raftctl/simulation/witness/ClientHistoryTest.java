package io.raftctl.simulation.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import io.raftctl.linearizability.format.HistoryException;
import io.raftctl.linearizability.format.HistoryFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A history reads as it was written.
class ClientHistoryTest {
  private final ClientHistory history = new ClientHistory();

  private List<Operation> read(String keyPrefix, long startMicros) throws HistoryException {
    String text = String.join("\n", history.lines(keyPrefix, startMicros));
    return HistoryFormat.of(text).read(text).operations();
  }

  @Test
  void eachOperationSaysWhatItsClientKnows() throws HistoryException {
    ClientHistory.Call put = history.call(1, "put", "k0", "5/1", 10);
    ClientHistory.Call get = history.call(2, "get", "k0", null, 12);
    ClientHistory.Call incr = history.call(3, "incr", "c3", 1, 13);
    ClientHistory.Call refused = history.call(4, "put", "k1", "x", 14);
    history.call(5, "put", "k1", "y", 15);
    get.done(null, 18);
    put.done("OK", 20);
    incr.done(7L, 21);
    refused.nothing(22);

    assertThat(read("", 0))
        .containsExactly(
            operation("1", Function.PUT, "k0", "5/1", Value.ABSENT, 10_000, 20_000, Fate.DONE),
            operation("2", Function.GET, "k0", null, Value.NIL, 12_000, 18_000, Fate.DONE),
            operation("3", Function.INCR, "c3", "1", Value.of("7"), 13_000, 21_000, Fate.DONE),
            operation("4", Function.PUT, "k1", "x", Value.ABSENT, 14_000, 22_000, Fate.NOTHING),
            operation(
                "5", Function.PUT, "k1", "y", Value.ABSENT, 15_000, Operation.OPEN, Fate.UNKNOWN));
  }

  private static Operation operation(
      String client,
      Function function,
      String key,
      String in,
      Value out,
      long call,
      long end,
      Fate fate) {
    return new Operation(
        client, function, key, in == null ? Value.ABSENT : Value.of(in), out, call, end, fate);
  }

  @Test
  void worldsAreToldApartByTheirKeysAndTimes() throws HistoryException {
    history.call(1, "put", "k0", "a", 10).done("OK", 11);

    Operation only = read("17/", 1_000_000).getFirst();
    assertThat(only.key()).isEqualTo("17/k0");
    assertThat(only.call()).isEqualTo(1_000_010_000);
    assertThat(only.end()).isEqualTo(1_000_011_000);
  }

  @Test
  void whatWasBrokenIsABand() throws HistoryException {
    history.breaks("cut [1] | [2, 3]", 10).ends(20);
    history.breaks("node 3 is down", 15);

    String text = String.join("\n", history.lines("", 1_000));
    assertThat(HistoryFormat.of(text).read(text).faults())
        .containsExactly(
            new History.Fault("cut [1] | [2, 3]", 1_010_000, 1_020_000),
            new History.Fault("node 3 is down", 1_015_000, Operation.OPEN));
  }

  @Test
  void nothingEndsTwice() {
    ClientHistory.Call call = history.call(1, "put", "k0", "a", 10);
    call.nothing(11);
    assertThatThrownBy(() -> call.done("OK", 12)).isInstanceOf(AssertionError.class);
  }
}
