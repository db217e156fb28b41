package io.raftctl.simulation.fault;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is not left to the seed: the size of the world, and what goes wrong in it.
///
/// @param nodes how many make the cluster, or 0: the seed draws it
/// @param faults what goes wrong, and nothing else does; null: the seed draws it
public record Choice(int nodes, @Nullable Set<Fault> faults) {
  /// The seed draws all.
  public static final Choice NONE = new Choice(0, null);

  public static final int NODES_MAX = 7;

  private static final String ALL_WORD = "all";
  private static final String NONE_WORD = "none";

  public Choice {
    if (nodes < 0 || nodes > NODES_MAX) {
      throw new IllegalArgumentException("a cluster of " + nodes + " nodes");
    }
    if (faults != null) {
      EnumSet<Fault> sorted = EnumSet.noneOf(Fault.class);
      sorted.addAll(faults);
      faults = sorted;
    }
  }

  /// Reads a list of faults, as `--nemesis` has it: their words, or `all`, or `none`.
  ///
  /// @throws IllegalArgumentException where one is not known
  public static Set<Fault> faults(String words) {
    List<String> list = Arrays.asList(words.split(",", -1));
    if (list.contains(NONE_WORD) && list.size() > 1) {
      throw new IllegalArgumentException("'none' leaves no place for another nemesis");
    }
    EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
    for (String word : list) {
      switch (word) {
        case ALL_WORD -> faults.addAll(EnumSet.allOf(Fault.class));
        case NONE_WORD -> {}
        default -> faults.add(fault(word));
      }
    }
    return faults;
  }

  private static Fault fault(String word) {
    return Arrays.stream(Fault.values())
        .filter(fault -> fault.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is no nemesis; there are %s, %s and %s"
                        .formatted(word, Fault.words().replace(",", ", "), ALL_WORD, NONE_WORD)));
  }

  /// As it stands on a command line behind others, with a blank before each part.
  public String words() {
    List<String> words = new ArrayList<>();
    if (nodes > 0) {
      words.add(" --nodes " + nodes);
    }
    if (faults != null) {
      words.add(" --nemesis " + faultWords(faults));
    }
    return String.join("", words);
  }

  private static String faultWords(Set<Fault> faults) {
    if (faults.isEmpty()) {
      return NONE_WORD;
    }
    return faults.size() == Fault.values().length
        ? ALL_WORD
        : faults.stream().map(Fault::word).collect(Collectors.joining(","));
  }
}
