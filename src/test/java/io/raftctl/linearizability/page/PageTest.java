package io.raftctl.linearizability.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.History.TimeUnit;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import io.raftctl.linearizability.Verdict.Attempt;
import io.raftctl.linearizability.Verdict.Illegal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
  @Test
  void holdsAllThatItShowsAndNothingThatABrowserWouldRun() {
    Operation read =
        new Operation(
            "</script><b>",
            Function.GET,
            "k",
            Value.ABSENT,
            Value.of("9"),
            1,
            Operation.OPEN - 1,
            Fate.DONE);
    History history =
        new History(List.of(read), List.of(new Fault("kill 2", 0, 3)), TimeUnit.NANOS);
    Illegal illegal = new Illegal("k", List.of(read), 0, List.of(new Attempt(List.of(), "nil")));
    String page = Page.of("some.jsonl", history, illegal);
    assertThat(page)
        .startsWith("<!doctype html>")
        .contains("\"source\":\"some.jsonl\"")
        .contains("\"text\":\"get k -> 9\"")
        .contains("\"what\":\"kill 2\"")
        .doesNotContain("</script><b>")
        .doesNotContain("@HEAD@", "@DATA@", "@JSON@")
        .doesNotContainPattern("(src|href)=");
  }
}
