package io.raftctl.server.served;

import io.raftctl.node.Node;
import io.raftctl.node.NodeCounters;
import io.raftctl.node.NodeStatus;
import io.raftctl.node.Outcome;
import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.raft.Entry;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.repair.Damage;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stands for the node until it has started: the ports are bound before the data directory is
/// touched, so the first requests may come before there is anybody to answer them.
public final class NodeGate implements Node {
  private static final Outcome STARTING = new Outcome.Unavailable("the node is starting");

  private final NodeId id;
  private final NodeCounters none = new NodeCounters();
  private volatile @Nullable Node node;

  public NodeGate(NodeId id) {
    this.id = id;
  }

  public void open(Node started) {
    node = started;
  }

  @Override
  public void submit(SessionCommand command, Duration timeout, Consumer<? super Outcome> done) {
    Node there = node;
    if (there == null) {
      done.accept(STARTING);
    } else {
      there.submit(command, timeout, done);
    }
  }

  @Override
  public void ask(RequestId id, long since, Duration timeout, Consumer<? super Outcome> done) {
    Node there = node;
    if (there == null) {
      done.accept(STARTING);
    } else {
      there.ask(id, since, timeout, done);
    }
  }

  @Override
  public void read(
      byte[] command, Consistency consistency, Duration timeout, Consumer<? super Outcome> done) {
    Node there = node;
    if (there == null) {
      done.accept(STARTING);
    } else {
      there.read(command, consistency, timeout, done);
    }
  }

  @Override
  public void transfer(@Nullable NodeId target, Duration timeout, Consumer<? super Outcome> done) {
    Node there = node;
    if (there == null) {
      done.accept(STARTING);
    } else {
      there.transfer(target, timeout, done);
    }
  }

  @Override
  public void change(
      Configuration before, Change change, Duration timeout, Consumer<? super Outcome> done) {
    Node there = node;
    if (there == null) {
      done.accept(STARTING);
    } else {
      there.change(before, change, timeout, done);
    }
  }

  @Override
  public void state(
      Duration timeout, Consumer<? super AppliedState> done, Consumer<? super Outcome> failed) {
    Node there = node;
    if (there == null) {
      failed.accept(STARTING);
    } else {
      there.state(timeout, done, failed);
    }
  }

  @Override
  public void receive(Input.Received message) {
    Node there = node;
    if (there != null) {
      there.receive(message);
    }
  }

  @Override
  public NodeStatus status() {
    Node there = node;
    return there == null
        ? new NodeStatus(
            id,
            "follower",
            0,
            null,
            0,
            0,
            1,
            0,
            0,
            Damage.NONE,
            false,
            null,
            null,
            Configuration.EMPTY,
            Configuration.EMPTY,
            null)
        : there.status();
  }

  @Override
  public NodeCounters counters() {
    Node there = node;
    return there == null ? none : there.counters();
  }

  @Override
  public List<Entry> committed(long from) {
    Node there = node;
    return there == null ? List.of() : there.committed(from);
  }

  @Override
  public void close() {
    Node there = node;
    if (there != null) {
      there.close();
    }
  }
}
