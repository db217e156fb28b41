package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.node.Node;
import io.raftctl.node.NodeListener;
import io.raftctl.node.NodeStatus;
import io.raftctl.node.Outcome;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.testing.Await;
import io.raftctl.transport.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real node without a server, and what it tells its listener.
class StoredNodeTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");

  @TempDir private Path folder;
  private final Deque<Runnable> taken = new ArrayDeque<>();
  private final CompletableFuture<Node> started = new CompletableFuture<>();

  /// What the node said of itself when it told that roles had changed.
  private final Queue<NodeStatus> told = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws Exception {
    Address anyPort = new Address("127.0.0.1", 0);
    NodeSettings settings =
        new NodeSettings(
            "test",
            ONE,
            anyPort,
            anyPort,
            new TreeMap<>(),
            List.of(),
            folder.resolve("data"),
            Duration.ofMillis(200),
            Duration.ofMillis(40),
            false,
            false,
            64 << 20,
            null);
    started.complete(
        StoredNode.start(settings, null, new KeyValueStore(), _ -> {}, new Hearing(), taken::push));
  }

  @AfterEach
  void stop() {
    taken.forEach(Runnable::run);
  }

  private final class Hearing implements NodeListener {
    @Override
    public void begins(long incarnation) {}

    @Override
    public void changed(String line) {}

    @Override
    public void membersChanged(Configuration members) {}

    @Override
    public void rolesChanged() {
      told.add(started.join().status());
    }

    @Override
    public void halted(String reason, Throwable cause) {}
  }

  /// Whoever waits for the end of a change looks when it is told to, and not before.
  @Test
  void whatChangesOfRolesIsToldWhenTheStatusSaysSo() {
    Await.until("it leads, and says so", () -> isTold("leader", false, false));
    Configuration alone = started.join().status().members();
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Change change = new Change(alone.voters(), new TreeSet<>(List.of(TWO)));
    started.join().change(alone, change, Duration.ofSeconds(30), outcome::complete);
    assertThat(outcome.join()).isInstanceOf(Outcome.Done.class);
    Await.until("its log has the learner, and it says so", () -> isTold("leader", true, false));
    Await.until("the learner is committed, and it says so", () -> isTold("leader", true, true));
  }

  private boolean isTold(String role, boolean inTheLog, boolean committed) {
    return told.stream()
        .anyMatch(
            it ->
                it.role().equals(role)
                    && it.members().contains(TWO) == inTheLog
                    && it.committedMembers().contains(TWO) == committed);
  }
}
