package io.raftctl.simulation;

import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.time.Schedule;
import io.raftctl.transport.Address;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
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

  /// What keeps its order. Large messages have a lane of their own, so that a heartbeat overtakes
  /// them.
  private record Lane(Link link, boolean bulk) implements Comparable<Lane> {
    @Override
    public int compareTo(Lane other) {
      int byLink = link.compareTo(other.link);
      return byLink != 0 ? byLink : Boolean.compare(bulk, other.bulk);
    }
  }

  private static final long CALM_DELAY_MICROS = 1_000;

  private final Schedule schedule;
  private final RandomGenerator random;
  private long delayMicrosMax;
  private final Consumer<Letter> deliver;

  /// Is told what never arrives.
  private final Consumer<Message> lose;

  private final SortedSet<Link> cut = new TreeSet<>();
  private final SortedSet<NodeId> starved = new TreeSet<>();
  private final boolean reorders;

  /// By lane: when its last message arrives.
  private final SortedMap<Lane, Long> arrivals = new TreeMap<>();

  private double lossRate;
  private double duplicateRate;
  private long lost;

  SimulatedNetwork(
      Schedule schedule,
      RandomGenerator random,
      SimulationConfig config,
      Consumer<Letter> deliver,
      Consumer<Message> lose) {
    this.schedule = schedule;
    this.random = random;
    this.delayMicrosMax = config.delayMicrosMax();
    this.reorders = config.reorders();
    this.deliver = deliver;
    this.lose = lose;
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
        lost(letter.message());
      } else {
        schedule.after(delay(letter.message()), () -> arrive(letter));
      }
    }
  }

  private void lost(Message message) {
    lost++;
    lose.accept(message);
  }

  private long delay(Message message) {
    long micros = 50 + random.nextLong(delayMicrosMax);
    if (reorders) {
      return micros;
    }
    Lane lane = new Lane(new Link(message.from(), message.to()), message.isBulk());
    long arrival = Math.max(schedule.nowMicros() + micros, arrivals.getOrDefault(lane, 0L));
    arrivals.put(lane, arrival);
    return arrival - schedule.nowMicros();
  }

  private boolean swallows(Message message) {
    return message.isBulk() && starved.contains(message.to());
  }

  /// A node says where it is, and nothing else: lost like a message, and of no use to count.
  void introduce(NodeId from, NodeId to, Runnable arrival) {
    if (random.nextDouble() >= lossRate) {
      schedule.after(
          50 + random.nextLong(delayMicrosMax),
          () -> {
            if (!cut.contains(new Link(from, to))) {
              arrival.run();
            }
          });
    }
  }

  /// A link that is cut loses what is on its way, too.
  private void arrive(Letter letter) {
    Message message = letter.message();
    if (cut.contains(new Link(message.from(), message.to()))) {
      lost(message);
    } else {
      deliver.accept(letter);
    }
  }
}
