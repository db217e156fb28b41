package io.raftctl.simulation.network;

import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.config.Links;
import io.raftctl.simulation.time.Chance;
import io.raftctl.simulation.time.Schedule;
import io.raftctl.transport.Address;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Links that lose, delay, reorder, repeat and are cut, one direction at a time.
public final class SimulatedNetwork {
  /// A message on its way.
  ///
  /// @param incarnation of the sender
  /// @param sender where the sender is reached, as it says itself
  /// @param receiver where it goes: whoever has moved since does not get it
  public record Letter(Message message, long incarnation, Address sender, Address receiver) {}

  /// From one node to another.
  private static final class Link {
    private final RandomGenerator random;
    private boolean cut;

    /// When the last message arrives. Large ones have a lane of their own, so that a heartbeat
    /// overtakes them.
    private long arrives;

    private long bulkArrives;

    Link(RandomGenerator random) {
      this.random = random;
    }

    /// A lane keeps its order.
    ///
    /// @return when a message arrives that could do so at `soonest`
    long arrival(boolean bulk, long soonest) {
      if (bulk) {
        bulkArrives = Math.max(soonest, bulkArrives);
        return bulkArrives;
      }
      arrives = Math.max(soonest, arrives);
      return arrives;
    }
  }

  private static final long CALM_DELAY_MICROS = 1_000;

  private final long seed;
  private final Schedule schedule;
  private Links config;
  private final Consumer<Letter> deliver;

  /// Is told what never arrives.
  private final Consumer<Message> lose;

  /// By who sends, and who receives.
  private final SortedMap<NodeId, SortedMap<NodeId, Link>> links = new TreeMap<>();

  private final SortedSet<NodeId> starved = new TreeSet<>();
  private long lost;

  public SimulatedNetwork(
      long seed,
      Schedule schedule,
      Links config,
      Consumer<Letter> deliver,
      Consumer<Message> lose) {
    this.seed = seed;
    this.schedule = schedule;
    this.config = config;
    this.deliver = deliver;
    this.lose = lose;
  }

  private Link link(NodeId from, NodeId to) {
    return links
        .computeIfAbsent(from, _ -> new TreeMap<>())
        .computeIfAbsent(to, _ -> new Link(Chance.of(seed, "link " + from + " > " + to)));
  }

  public void cut(NodeId from, NodeId to) {
    link(from, to).cut = true;
  }

  public void healAll() {
    links.values().forEach(ends -> ends.values().forEach(link -> link.cut = false));
  }

  /// Whatever is large gets lost on its way to the node, for good.
  public void starve(NodeId node) {
    starved.add(node);
  }

  /// From now on nothing else is lost or repeated, and all is fast.
  public void behave() {
    healAll();
    long delayMicros = Math.min(config.delayMicrosMax(), CALM_DELAY_MICROS);
    config = new Links(0, 0, delayMicros, config.reorders());
  }

  /// Messages that never arrived.
  public long lost() {
    return lost;
  }

  public void send(Letter letter) {
    Message message = letter.message();
    Link link = link(message.from(), message.to());
    int copies = link.random.nextDouble() < config.duplicateRate() ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      if (link.random.nextDouble() < config.lossRate() || swallows(message)) {
        lost(message);
      } else {
        schedule.after(delay(link, message), () -> arrive(link, letter));
      }
    }
  }

  private void lost(Message message) {
    lost++;
    lose.accept(message);
  }

  private long delay(Link link, Message message) {
    long micros = 50 + link.random.nextLong(config.delayMicrosMax());
    long now = schedule.nowMicros();
    return config.reorders() ? micros : link.arrival(message.isBulk(), now + micros) - now;
  }

  private boolean swallows(Message message) {
    return message.isBulk() && starved.contains(message.to());
  }

  /// A node says where it is, and nothing else: lost like a message, and of no use to count.
  public void introduce(NodeId from, NodeId to, Runnable arrival) {
    Link link = link(from, to);
    if (link.random.nextDouble() >= config.lossRate()) {
      schedule.after(
          50 + link.random.nextLong(config.delayMicrosMax()),
          () -> {
            if (!link.cut) {
              arrival.run();
            }
          });
    }
  }

  /// A link that is cut loses what is on its way, too.
  private void arrive(Link link, Letter letter) {
    if (link.cut) {
      lost(letter.message());
    } else {
      deliver.accept(letter);
    }
  }
}
