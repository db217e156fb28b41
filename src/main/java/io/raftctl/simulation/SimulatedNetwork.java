package io.raftctl.simulation;

import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Links that lose, delay, reorder, repeat and are cut, one direction at a time.
final class SimulatedNetwork {
  private record Link(NodeId from, NodeId to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }

  private static final long CALM_DELAY_MICROS = 1_000;

  private final Schedule schedule;
  private final RandomGenerator random;
  private long delayMicrosMax;
  private final Consumer<Input.Received> deliver;
  private final SortedSet<Link> cut = new TreeSet<>();
  private double lossRate;
  private double duplicateRate;
  private long lost;

  SimulatedNetwork(
      Schedule schedule,
      RandomGenerator random,
      SimulationConfig config,
      Consumer<Input.Received> deliver) {
    this.schedule = schedule;
    this.random = random;
    this.delayMicrosMax = config.delayMicrosMax();
    this.deliver = deliver;
    this.lossRate = config.lossRate();
    this.duplicateRate = config.duplicateRate();
  }

  void cut(NodeId from, NodeId to) {
    cut.add(new Link(from, to));
  }

  void healAll() {
    cut.clear();
  }

  /// From now on nothing is lost or repeated, and all is fast.
  void behave() {
    healAll();
    delayMicrosMax = Math.min(delayMicrosMax, CALM_DELAY_MICROS);
    lossRate = 0;
    duplicateRate = 0;
  }

  /// Messages that never arrived.
  long lost() {
    return lost;
  }

  void send(Input.Received message) {
    int copies = random.nextDouble() < duplicateRate ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      if (random.nextDouble() < lossRate) {
        lost++;
      } else {
        schedule.after(50 + random.nextLong(delayMicrosMax), () -> arrive(message));
      }
    }
  }

  /// A link that is cut loses what is on its way, too.
  private void arrive(Input.Received received) {
    Message message = received.message();
    if (cut.contains(new Link(message.from(), message.to()))) {
      lost++;
    } else {
      deliver.accept(received);
    }
  }
}
