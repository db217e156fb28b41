package io.raftctl.torture.nemesis;

import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.Machine;
import io.raftctl.cluster.observed.Observation;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Breaks nodes that run elsewhere, by what they do themselves on request: they cut links, and
/// spoil their disks and clocks. Nobody here could start a process that has ended, so none is.
public final class RemoteNemesis implements Nemesis {
  private final LinkNemesis links;
  private final MachineNemesis machines;
  private final Random random;

  /// Whom it may break.
  ///
  /// @param nodes the ids of all
  /// @param voters the ids of those who are hit
  /// @param machines of the voters by id, or none where they are not known
  /// @param view looks at the cluster
  public record Targets(
      List<String> nodes,
      List<String> voters,
      SortedMap<String, Machine> machines,
      Supplier<Observation> view) {}

  /// @param prefix of the keys that are its own
  public RemoteNemesis(
      Targets targets,
      RemoteLinks links,
      Endpoints endpoints,
      String prefix,
      Gate gate,
      Random random) {
    Victims victims = new Victims(targets::voters, targets.view(), random);
    this.random = random;
    this.links = new LinkNemesis(links, targets::nodes, victims, gate, random);
    this.machines =
        new MachineNemesis(
            id -> Objects.requireNonNull(targets.machines().get(id), id),
            endpoints,
            prefix + "filler",
            victims,
            gate,
            random);
  }

  /// What is done to nodes that run elsewhere.
  ///
  /// @param words as [Fault#parse] reads them, or null for all that can be done
  /// @param operators whether the nodes' ports for operators are known
  /// @throws IllegalArgumentException where one is not known, or cannot be done there
  public static List<Fault> choose(@Nullable String words, boolean operators) {
    List<Fault> possible =
        operators ? List.of(Fault.PARTITION, Fault.DISK, Fault.CLOCK) : List.of(Fault.PARTITION);
    if (words == null) {
      return possible;
    }
    List<Fault> wanted = Fault.parse(words);
    for (Fault fault : wanted) {
      if (!possible.contains(fault)) {
        throw new IllegalArgumentException(refusal(fault, possible));
      }
    }
    return wanted;
  }

  private static String refusal(Fault fault, List<Fault> possible) {
    String why =
        switch (fault) {
          case KILL, PAUSE, RESTART, MEMBERSHIP -> "it takes processes of this machine";
          case DISK, CLOCK -> "it takes the nodes' ports for operators, with --operators";
          case PARTITION -> throw new AssertionError("links can always be cut");
        };
    return "%s cannot be done to the nodes of -e: %s; there can be %s"
        .formatted(
            fault.word(),
            why,
            possible.stream().map(Fault::word).collect(Collectors.joining(", ")));
  }

  @Override
  public Deed strike(Fault fault) throws ClusterException, InterruptedException {
    return switch (fault) {
      case PARTITION -> links.partition();
      case DISK -> random.nextBoolean() ? machines.slow() : machines.full();
      case CLOCK -> machines.clock();
      case KILL, PAUSE, RESTART, MEMBERSHIP ->
          throw new AssertionError(fault + " is not done to nodes elsewhere");
    };
  }
}
