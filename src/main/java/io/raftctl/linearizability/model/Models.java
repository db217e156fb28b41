package io.raftctl.linearizability.model;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Operation.Function;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The objects that a history can be judged against.
public enum Models {
  /// A value with `get`, `put`, `cas` and `incr`; nothing at first.
  REGISTER,

  /// The same, and `append` makes a text longer.
  KV,

  /// A list that only grows.
  APPEND,

  LOCK,

  QUEUE;

  public Model<?> model() {
    return switch (this) {
      case REGISTER, KV -> new KeyValue();
      case APPEND -> new ListAppend();
      case LOCK -> new Lock();
      case QUEUE -> new Queue();
    };
  }

  public boolean knows(Function function) {
    return model().knows(function) && (this != REGISTER || function != Function.APPEND);
  }

  /// As a user writes it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static String words() {
    return Arrays.stream(values()).map(Models::word).collect(Collectors.joining(", "));
  }

  /// The model of that name, or null.
  public static @Nullable Models named(String word) {
    return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst().orElse(null);
  }

  /// The simplest one that knows all of these, or null.
  ///
  /// @param lists whether what is read are lists
  public static @Nullable Models fit(Set<Function> functions, boolean lists) {
    return Arrays.stream(values())
        .filter(model -> (model == APPEND) == lists)
        .filter(model -> functions.stream().allMatch(model::knows))
        .findFirst()
        .orElse(null);
  }
}
