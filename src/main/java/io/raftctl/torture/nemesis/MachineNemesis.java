package io.raftctl.torture.nemesis;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Session;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.Machine;
import io.raftctl.cluster.Machine.Suffered;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Spoils disks and clocks of nodes that go on running.
final class MachineNemesis {
  private static final int SLOW_MILLIS_MIN = 50;
  private static final int SLOW_MILLIS_MAX = 1000;
  private static final int JUMP_MILLIS_MAX = 60_000;

  /// Enough that a snapshot is due, which needs room.
  private static final int FILLERS = 8;

  private static final String FILLER = "x".repeat(64 << 10);

  private final Function<String, Machine> machines;
  private final ClusterClient client;
  private final String key;
  private final Victims victims;
  private final Gate gate;
  private final Random random;

  /// @param machines those of the nodes, by id
  /// @param key under which it writes what needs room
  MachineNemesis(
      Function<String, Machine> machines,
      Endpoints endpoints,
      String key,
      Victims victims,
      Gate gate,
      Random random) {
    this.machines = machines;
    this.client = new ClusterClient(endpoints, Duration.ofSeconds(5), new Session());
    this.key = key;
    this.victims = victims;
    this.gate = gate;
    this.random = random;
  }

  Deed slow() throws ClusterException, InterruptedException {
    List<Machine> those = minority();
    Duration by = Duration.ofMillis(random.nextInt(SLOW_MILLIS_MIN, SLOW_MILLIS_MAX));
    long before = sum(those, Suffered::syncsSlowed);
    for (Machine machine : those) {
      gate.pass(() -> machine.slowSync(by));
    }
    victims.last();
    those.forEach(Machine::heal);
    long slowed = sum(those, Suffered::syncsSlowed) - before;
    return new Deed("slowed syncs of %s by %d ms".formatted(names(those), by.toMillis()), slowed);
  }

  Deed full() throws ClusterException, InterruptedException {
    List<Machine> those = minority();
    long before = sum(those, Suffered::writesRefused);
    for (Machine machine : those) {
      gate.pass(machine::fillDisk);
    }
    for (int i = 0; i < FILLERS; i++) {
      var _ = client.submit("put " + key + " " + FILLER); // Nobody counts on it.
    }
    victims.last();
    those.forEach(Machine::heal);
    long refused = sum(those, Suffered::writesRefused) - before;
    return new Deed("filled the disk of " + names(those), refused);
  }

  Deed clock() throws ClusterException, InterruptedException {
    List<Machine> those = minority();
    long before = sum(those, Suffered::clockReadWrong);
    String deed;
    if (random.nextBoolean()) {
      Duration by = Duration.ofMillis(1 + random.nextInt(JUMP_MILLIS_MAX));
      for (Machine machine : those) {
        gate.pass(() -> machine.jumpClock(by));
      }
      deed = "let the clock of %s jump by %d ms".formatted(names(those), by.toMillis());
    } else {
      double rate =
          random.nextBoolean()
              ? 0.25 + random.nextInt(50) / 100.0
              : 1.5 + random.nextInt(30) / 10.0;
      for (Machine machine : those) {
        gate.pass(() -> machine.driftClock(rate));
      }
      deed = "let the clock of %s run at %.2f".formatted(names(those), rate);
    }
    victims.last();
    those.forEach(Machine::heal);
    return new Deed(deed, sum(those, Suffered::clockReadWrong) - before);
  }

  private List<Machine> minority() {
    return victims.minority().stream().map(machines).toList();
  }

  private static String names(List<Machine> machines) {
    return Victims.names(machines.stream().map(Machine::id).toList());
  }

  private static long sum(List<Machine> machines, ToLongFunction<Suffered> what) {
    return machines.stream().mapToLong(it -> it.suffered().map(what::applyAsLong).orElse(0L)).sum();
  }
}
