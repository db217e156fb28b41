package io.raftctl.linearizability.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What was written reads as what it was.
class HistoryLinesTest {
  private static final Value ONE = Value.of("1");

  private static Operation operation(
      Function function, Value in, Value out, long call, long end, Fate fate) {
    return new Operation("7", function, "a \"key\"", in, out, call, end, fate);
  }

  @Test
  void everyKindOfOperationComesBack() throws Exception {
    Value pair = Value.of(List.of(ONE, Value.NIL));
    List<Operation> operations =
        List.of(
            operation(Function.PUT, ONE, Value.ABSENT, 1, 2, Fate.DONE),
            operation(Function.PUT, Value.of("2\n"), Value.ABSENT, 2, Operation.OPEN, Fate.UNKNOWN),
            operation(Function.GET, Value.ABSENT, Value.NIL, 3, 4, Fate.DONE),
            operation(Function.GET, Value.ABSENT, Value.of(List.of(ONE)), 4, 5, Fate.DONE),
            operation(Function.GET, Value.ABSENT, Value.ABSENT, 5, 6, Fate.NOTHING),
            operation(Function.CAS, pair, Value.of("9"), 6, 7, Fate.REFUSED),
            operation(Function.CAS, pair, Value.ABSENT, 7, 8, Fate.DONE),
            operation(Function.APPEND, ONE, Value.ABSENT, 8, 9, Fate.DONE),
            operation(Function.INCR, ONE, Value.of("3"), 9, 10, Fate.DONE),
            operation(Function.LOCK, Value.ABSENT, Value.ABSENT, 10, 11, Fate.NOTHING),
            operation(Function.UNLOCK, Value.ABSENT, Value.ABSENT, 11, 12, Fate.DONE));
    List<Fault> faults = List.of(new Fault("kill 1", 3, 9), new Fault("cut", 5, Operation.OPEN));
    String text =
        Stream.concat(
                operations.stream().map(HistoryLines::line),
                faults.stream().map(HistoryLines::line))
            .collect(Collectors.joining("\n"));
    History read = HistoryFormat.RAFTCTL.read(text);
    assertThat(read.operations()).isEqualTo(operations);
    assertThat(read.faults()).isEqualTo(faults);
    assertThat(HistoryFormat.of(text)).isEqualTo(HistoryFormat.RAFTCTL);
  }

  @Test
  void itIsWrittenAsTheDocsHaveIt() {
    assertThat(HistoryLines.line(operation(Function.PUT, ONE, Value.ABSENT, 1, 2, Fate.DONE)))
        .isEqualTo(
            "{\"client\":7,\"f\":\"put\",\"key\":\"a \\\"key\\\"\",\"in\":\"1\",\"call\":1,"
                + "\"return\":2}");
    assertThat(
            HistoryLines.line(
                operation(Function.LOCK, Value.ABSENT, Value.ABSENT, 1, 2, Fate.NOTHING)))
        .endsWith("\"return\":2,\"ok\":false}");
  }
}
