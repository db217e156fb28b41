package io.raftctl.simulation;

import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.time.Schedule;
import io.raftctl.transport.Address;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Links that lose, delay, reorder, repeat and are cut, one direction at a time.
final class SimulatedNetwork {
  /// A message on its way.
  ///
  /// @param incarnation of the sender
  /// @param sender where the sender is reached, as it says itself
  /// @param receiver where it goes: whoever has moved since does not get it
  record Letter(Message message, long incarnation, Address sender, Address receiver) {}

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
  private final Consumer<Letter> deliver;
  private final SortedSet<Link> cut = new TreeSet<>();
  private final SortedSet<NodeId> starved = new TreeSet<>();
  private double lossRate;
  private double duplicateRate;
  private long lost;

  SimulatedNetwork(
      Schedule schedule,
      RandomGenerator random,
      SimulationConfig config,
      Consumer<Letter> deliver) {
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

  /// Whatever is large gets lost on its way to the node, for good.
  void starve(NodeId node) {
    starved.add(node);
  }

  /// From now on nothing else is lost or repeated, and all is fast.
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

  void send(Letter letter) {
    int copies = random.nextDouble() < duplicateRate ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      if (random.nextDouble() < lossRate || swallows(letter.message())) {
        lost++;
      } else {
        schedule.after(50 + random.nextLong(delayMicrosMax), () -> arrive(letter));
      }
    }
  }

  private boolean swallows(Message message) {
    boolean large =
        message instanceof Message.AppendEntries
            || message instanceof Message.EntriesReply
            || message instanceof Message.InstallSnapshot;
    return large && starved.contains(message.to());
  }

  /// A link that is cut loses what is on its way, too.
  private void arrive(Letter letter) {
    Message message = letter.message();
    if (cut.contains(new Link(message.from(), message.to()))) {
      lost++;
    } else {
      deliver.accept(letter);
    }
  }
}
