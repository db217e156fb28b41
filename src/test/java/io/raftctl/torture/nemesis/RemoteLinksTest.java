package io.raftctl.torture.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import io.raftctl.client.ScriptedNode.Request;
import io.raftctl.cluster.ClusterException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What was cut is healed at the node that cut it, and nothing else is.
class RemoteLinksTest {
  private static final Reply DONE = new Reply.Json(200, "{\"blocked\":false,\"blockedLinks\":[]}");

  private final TreeMap<String, ScriptedNode> nodes = new TreeMap<>();

  @AfterEach
  void stop() throws Exception {
    for (ScriptedNode node : nodes.values()) {
      node.close();
    }
  }

  private RemoteLinks links() {
    return links(Duration.ofSeconds(20));
  }

  private RemoteLinks links(Duration patience) {
    TreeMap<String, String> addresses = new TreeMap<>();
    nodes.forEach((id, node) -> addresses.put(id, node.endpoint().toString()));
    return new RemoteLinks(addresses, patience);
  }

  private void node(String id, Function<Request, Reply> script) throws IOException {
    nodes.put(id, ScriptedNode.start(script));
  }

  private List<String> heard(String id) {
    return nodes.get(id).requests().stream()
        .map(
            it -> it.target() + " " + it.body().getString("from") + ">" + it.body().getString("to"))
        .toList();
  }

  @Test
  void eachSendingEndIsToldOnceAndHealsTheSame() throws Exception {
    node("1", _ -> DONE);
    node("2", _ -> DONE);
    RemoteLinks links = links();

    links.cut(List.of("1"), List.of("2"));
    links.cut(List.of("2"), List.of("1"));
    links.heal();
    links.heal();

    assertThat(heard("1")).containsExactly("POST /v1/block 1>2", "POST /v1/unblock 1>2");
    assertThat(heard("2")).containsExactly("POST /v1/block 2>1", "POST /v1/unblock 2>1");
  }

  /// Nobody knows whether a request without an answer was heard.
  @Test
  void aCutInDoubtIsHealedToo() throws Exception {
    node("1", it -> it.target().endsWith("/block") ? new Reply.Close() : DONE);
    node("2", _ -> DONE);
    RemoteLinks links = links(Duration.ZERO);

    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> links.cut(List.of("1", "2"), List.of("3")))
        .withMessageStartingWith("links are not cut, of [1>3]: node 1 does not take it: ");
    links.heal();

    assertThat(heard("1")).endsWith("POST /v1/block 1>3", "POST /v1/unblock 1>3");
    assertThat(heard("2")).containsExactly("POST /v1/block 2>3", "POST /v1/unblock 2>3");
  }

  @Test
  void whoDoesNotAnswerIsAskedAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    node("1", _ -> tries.incrementAndGet() % 3 == 0 ? DONE : new Reply.Close());
    RemoteLinks links = links();

    links.cut(List.of("1"), List.of("2"));
    assertThat(tries).hasValue(3);
    links.heal();
    assertThat(tries).hasValue(6);
    links.heal();
    assertThat(tries).hasValue(6);
  }

  @Test
  void whatCouldNotBeHealedIsNamedAndTriedTheNextTime() throws Exception {
    AtomicBoolean silent = new AtomicBoolean();
    node("1", _ -> silent.get() ? new Reply.Close() : DONE);
    RemoteLinks links = links(Duration.ZERO);
    links.cut(List.of("1"), List.of("2", "3"));
    silent.set(true);
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(links::heal)
        .withMessageStartingWith("links may still be cut, of [1>2, 1>3]: node 1 does not take it")
        .satisfies(it -> assertThat(it.hint()).contains("raftctl unblock --all"));
    silent.set(false);
    links.heal();
    assertThat(heard("1")).endsWith("POST /v1/unblock 1>2", "POST /v1/unblock 1>3");
  }

  @Test
  void aNodeThatDoesNotTellItsCountNowHasTheOneThatItToldBefore() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    node(
        "1",
        _ ->
            asked.incrementAndGet() == 1
                ? new Reply.Json(200, "{\"id\":\"1\",\"droppedByFault\":7}")
                : new Reply.Close());
    node("2", _ -> new Reply.Json(200, "{\"id\":\"2\",\"droppedByFault\":5}"));
    RemoteLinks links = links();

    assertThat(links.dropped()).isEqualTo(12);
    assertThat(links.dropped()).isEqualTo(12);
  }

  @Test
  void nothingPassesAGateThatIsClosed() throws Exception {
    AtomicInteger broken = new AtomicInteger();
    Gate gate = new Gate();
    gate.pass(broken::incrementAndGet);
    gate.close();
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> gate.pass(broken::incrementAndGet));
    assertThat(broken).hasValue(1);
  }
}
