package io.raftctl.torture.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Endpoints;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.node.Outcome;
import io.raftctl.raft.EntryId;
import io.raftctl.server.TestServer;
import io.raftctl.statemachine.Reply;
import io.raftctl.torture.chart.RunClock;
import io.raftctl.torture.chart.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client of the bank before a node that answers what the test wants.
class BankRoutineTest {
  private static final int TURNS = 20;

  private final Recorder recorder = new Recorder(new RunClock());
  private TestServer server;
  private Witness witness;
  private BankRoutine bank;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.single();
    Endpoint node = new Endpoint("127.0.0.1", server.address().port());
    Endpoints endpoints = new Endpoints(List.of(node), "-e");
    witness = new Witness(endpoints, recorder, new Timeline(), Duration.ofSeconds(30));
    bank = new BankRoutine(witness, List.of("bank1"), new Random(1));
  }

  @AfterEach
  void stop() {
    witness.close();
    server.close();
  }

  private List<Operation> turnsWhereTheNodeSays(String text) throws InterruptedException {
    server.node.answer = new Outcome.Done(new EntryId(1, 1), Reply.ok(text));
    for (int i = 0; i < TURNS; i++) {
      bank.turn();
    }
    return recorder.take().operations();
  }

  @Test
  void accountsThatHoldAllMoneyAreWell() throws Exception {
    assertThat(turnsWhereTheNodeSays(BankRoutine.OPENED))
        .extracting(Operation::function)
        .contains(Function.GET, Function.CAS);
    assertThat(bank.broken()).isEmpty();
  }

  @Test
  void moneyThatIsLostBreaksTheHistory() throws Exception {
    turnsWhereTheNodeSays("20,20,20,20,19");
    assertThat(bank.broken())
        .hasValue("the accounts of bank1 held 100 in all, and now: 20,20,20,20,19");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "grey",
        "100",
        "50,50",
        "20,20,20,20,twenty",
        "20,20,20,20,20,",
        "20,20,20,20,10,10",
        "20,20,20,20,99999999999",
        "-20,40,40,20,20",
      })
  void aTextThatIsNoListOfAccountsBreaksTheHistoryAndTheClientGoesOn(String text) throws Exception {
    assertThat(turnsWhereTheNodeSays(text))
        .as("nothing moves between accounts that are none")
        .hasSize(TURNS)
        .allMatch(it -> it.function() == Function.GET);
    assertThat(bank.broken()).hasValue("the accounts of bank1 held 100 in all, and now: " + text);

    assertThat(turnsWhereTheNodeSays(BankRoutine.OPENED))
        .extracting(Operation::function)
        .contains(Function.CAS);
    assertThat(bank.broken()).as("it stays broken").isPresent();
  }
}
