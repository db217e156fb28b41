package io.raftctl.torture.nemesis;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a round does to the nodes.
public enum Fault {
  /// Processes end without warning, and are started again.
  KILL("processes killed"),
  /// Processes are frozen, connected but silent, and go on.
  PAUSE("processes frozen"),
  /// Links are cut, and mended.
  PARTITION("messages dropped"),
  /// Disks are slow, full or broken, and files of a stopped node rot.
  DISK("syncs and writes spoilt, or bits flipped"),
  /// Clocks jump, or run wrong.
  CLOCK("times read wrong"),
  /// Every process ends in good order and is started again, one after the other.
  RESTART("processes restarted"),
  /// A node leaves for good, dead or alive, and another one joins in its place.
  MEMBERSHIP("members replaced");

  private final String effect;

  Fault(String effect) {
    this.effect = effect;
  }

  /// As the command line says it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What is counted where it took hold.
  public String effect() {
    return effect;
  }

  /// All of them, as the command line says them.
  public static String words() {
    return Arrays.stream(values()).map(Fault::word).collect(Collectors.joining(","));
  }

  /// Reads a list as [#words] writes it.
  ///
  /// @throws IllegalArgumentException where one is not known
  public static List<Fault> parse(String words) {
    return Arrays.stream(words.split(",", -1)).map(Fault::of).distinct().toList();
  }

  /// Two had another name once.
  private static Fault of(String word) {
    if (word.equals("block") || word.equals("replace")) {
      return word.equals("block") ? PARTITION : MEMBERSHIP;
    }
    return Arrays.stream(values())
        .filter(fault -> fault.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + word + "' is no nemesis; there are " + words().replace(",", ", ")));
  }
}
