package io.raftctl.linearizability;

import java.util.List;

/// What a history turned out to be.
public sealed interface Verdict {
  /// Some order of the operations explains every answer.
  record Linearizable() implements Verdict {}

  /// No order does.
  ///
  /// @param key of the object
  /// @param prefix the operations on it that were called by the moment at which no order is left,
  ///   by their calls; what had not returned by then is open. Without its last return it is
  ///   linearizable
  /// @param culprit which of these it is whose return ends the prefix
  /// @param attempts orders that come the furthest: to the first return that none passes
  record Illegal(String key, List<Operation> prefix, int culprit, List<Attempt> attempts)
      implements Verdict {
    public Illegal {
      prefix = List.copyOf(prefix);
      attempts = List.copyOf(attempts);
    }

    /// The operation whose answer nothing explains.
    public Operation unexplained() {
      return prefix.get(culprit);
    }
  }

  /// Nobody knows: what was allowed for the search was not enough.
  ///
  /// @param key of an object whose search ended early
  /// @param lack what there was too little of
  record Unknown(String key, Lack lack) implements Verdict {}

  /// What a search ran out of.
  enum Lack {
    TIME,
    MEMORY
  }

  /// An order that explains what it holds, and that nothing can continue.
  ///
  /// @param order which operations of the prefix are in it
  /// @param state what the object would be after them
  record Attempt(List<Integer> order, String state) {
    public Attempt {
      order = List.copyOf(order);
    }
  }
}
