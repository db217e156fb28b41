package io.raftctl.torture.workload;

import io.raftctl.linearizability.model.Models;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the clients do whose history is judged.
public enum Workload {
  /// Values that are read, written, and compared and set.
  REGISTER("rw", 3, Models.REGISTER),

  /// Lists that grow: each item is added by comparing the list with what was read before.
  APPEND("list", 4, Models.APPEND),

  /// Locks that one client holds at a time.
  LOCK("lock", 2, Models.LOCK),

  /// Accounts under one key, between which money moves; there is always as much of it.
  BANK("bank", 1, Models.REGISTER);

  private final String prefix;
  private final int keys;
  private final Models judgedAs;

  Workload(String prefix, int keys, Models judgedAs) {
    this.prefix = prefix;
    this.keys = keys;
    this.judgedAs = judgedAs;
  }

  String prefix() {
    return prefix;
  }

  /// How many objects there are in a round.
  int keys() {
    return keys;
  }

  /// What its history must look like.
  public Models judgedAs() {
    return judgedAs;
  }

  /// As the command line says it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// All of them, as the command line says them.
  public static String words() {
    return Arrays.stream(values()).map(Workload::word).collect(Collectors.joining(", "));
  }

  /// @throws IllegalArgumentException where it is not known
  public static Workload of(String word) {
    return Arrays.stream(values())
        .filter(it -> it.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + word + "' is no workload; there are " + words()));
  }
}
