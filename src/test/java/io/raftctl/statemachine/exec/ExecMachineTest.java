package io.raftctl.statemachine.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.statemachine.MachineLostException;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExecMachineTest {
  private static final Path COUNTERS =
      Path.of(System.getProperty("raftctl.basedir", "."), "docs/examples/counters.py")
          .toAbsolutePath();

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<ExecMachine> machines = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() {
    machines.forEach(ExecMachine::close);
  }

  private ExecMachine lines(String command) {
    return machine(command, Protocol.LINES);
  }

  private ExecMachine machine(String command, Protocol protocol) {
    ExecMachine machine = new ExecMachine(new ExecSettings(command, protocol, "1"), log::add);
    machines.add(machine);
    return machine;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void aCommandIsALineAndSoIsItsReply() {
    ExecMachine machine = lines("while IFS= read -r l; do echo \"[$l]\"; done");
    assertThat(machine.apply(1, bytes("  à b "))).isEqualTo(Reply.ok("[  à b ]"));
    assertThat(machine.apply(2, bytes(""))).isEqualTo(Reply.ok("[]"));
    assertThat(machine.outside()).isTrue();
    assertThat(machine.savable()).isFalse();
    assertThat(machine.refusesReads()).contains("answers no reads");
  }

  @Test
  void severalLinesAreRefusedWithoutTheProgram() {
    ExecMachine machine = lines("while read -r l; do echo $l; done");
    assertThat(machine.apply(1, bytes("a\nb")).ok()).isFalse();
    assertThat(machine.apply(2, bytes("c"))).isEqualTo(Reply.ok("c"));
  }

  @Test
  void aProgramThatEndsIsLostAndBeginsAnew() {
    ExecMachine machine =
        lines("n=0; while read -r l; do [ $l = die ] && exit 3; n=$((n+l)); echo $n; done");
    assertThat(machine.apply(1, bytes("4"))).isEqualTo(Reply.ok("4"));
    assertThatThrownBy(() -> machine.apply(2, bytes("die")))
        .isInstanceOf(MachineLostException.class)
        .hasMessageContaining("exit code 3, at entry 2");
    assertThat(machine.apply(1, bytes("4"))).isEqualTo(Reply.ok("4"));
    assertThat(log).hasSize(1).allMatch(line -> line.contains("is started again in 100 ms"));
  }

  @Test
  void aReplayThatRepliesOtherwiseIsFound() {
    ExecMachine machine = lines("while read -r l; do [ $l = die ] && exit; echo $$; done");
    machine.apply(1, bytes("pid"));
    assertThatThrownBy(() -> machine.apply(2, bytes("die")))
        .isInstanceOf(MachineLostException.class);
    machine.apply(1, bytes("pid"));
    assertThat(machine.health().differs()).isTrue();
    assertThat(machine.health().text()).contains("replayed, it replied", "to entry 1");
    assertThat(log.getLast()).contains("is not deterministic");
  }

  @Test
  void aLineTooManyEndsTheProgram() {
    ExecMachine machine = lines("while read -r l; do echo 1; echo 2; done");
    // The second line may come with the first, or later.
    Await.until(
        "the second line is noticed",
        () -> {
          try {
            machine.apply(1, bytes("x"));
            return false;
          } catch (MachineLostException e) {
            return String.valueOf(e.getMessage()).contains("a line more than one");
          }
        });
  }

  @Test
  void twoLinesThatComeTogetherAreNoReply() {
    ExecMachine machine = lines("while read -r l; do printf '1\\n2\\n'; done");
    assertThatThrownBy(() -> machine.apply(1, bytes("x")))
        .isInstanceOf(MachineLostException.class)
        .hasMessageContaining("a line more than one");
  }

  @Test
  void whoeverWaitsForAProgramThatHangsIsLetGo() throws Exception {
    ExecMachine machine = lines("while read -r l; do sleep 1000; done");
    Thread waiting = new Thread(() -> assertThatThrownBy(() -> machine.apply(7, bytes("x"))));
    waiting.start();
    Await.until("it is silent", () -> machine.health().text().contains("no reply to entry 7"));
    machine.health().tellSilence(log::add);
    machine.health().tellSilence(log::add);
    assertThat(log).hasSize(1);
    machine.close();
    waiting.join(10_000);
    assertThat(waiting.isAlive()).isFalse();
  }

  @Test
  void aFloodOfComplaintsIsCut() {
    ExecMachine machine = lines("yes oh | head -n 10000 >&2; while read -r l; do echo $l; done");
    machine.apply(1, bytes("x"));
    Await.until("it says so", () -> log.stream().anyMatch(line -> line.contains("too many lines")));
    assertThat(log.size()).isLessThan(200);
    assertThat(log.getFirst()).isEqualTo("program: oh");
  }

  @Test
  void theExampleOfTheDocumentationSpeaksJson() throws IOException {
    ExecMachine machine = machine("python3 " + COUNTERS, Protocol.JSONL);
    machine.termBegins(2);
    assertThat(machine.apply(5, bytes("add a 3"))).isEqualTo(Reply.ok("3"));
    assertThat(machine.apply(6, bytes("\n\"")).ok()).isFalse();
    assertThat(machine.apply(7, new byte[] {(byte) 0xff}).ok()).isFalse();
    assertThat(machine.refusesReads()).isNull();
    assertThat(machine.query(bytes("get a"))).isEqualTo(Reply.ok("3"));
    assertThat(machine.query(bytes("get b"))).isEqualTo(Reply.no("not found"));

    assertThat(machine.savable()).isTrue();
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    machine.state().write(saved);
    ExecMachine other = machine("python3 " + COUNTERS, Protocol.JSONL);
    StateMachine.State state = other.read(new ByteArrayInputStream(saved.toByteArray()));
    other.restore(state);
    assertThat(other.state()).isSameAs(state);
    assertThat(other.apply(8, bytes("add a 1"))).isEqualTo(Reply.ok("4"));
    assertThatThrownBy(() -> other.read(new ByteArrayInputStream(new byte[] {1, 0})))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not one that a program handed out");
  }

  @Test
  void whoeverSpeaksNoJsonIsSaidToWhy() {
    ExecMachine machine = machine("while read -r l; do echo hello; done", Protocol.JSONL);
    Thread starting = new Thread(() -> assertThatThrownBy(machine::idle));
    starting.start();
    Await.until(
        "the log says so",
        () -> log.stream().anyMatch(line -> line.contains("no JSON object: hello")));
    assertThat(machine.refusesReads()).contains("has not started yet");
    machine.close();
    Await.until("it ends", () -> !starting.isAlive());
  }
}
