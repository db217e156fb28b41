package io.raftctl.linearizability;

import org.jspecify.annotations.Nullable;

/// An object as if only one client at a time used it: what each operation does to its state, and
/// what it answers. States are values: equal ones behave alike from then on.
///
/// @param <S> the states
public interface Model<S> {
  /// The state of an object that nobody has used. Each search begins with one of its own.
  S initial();

  /// The state after an operation that answered as it did.
  ///
  /// @return null where it cannot have answered so in this state
  @Nullable S step(S state, Operation operation);

  /// Whether it changes no state, ever.
  boolean reads(Operation operation);

  /// Whether neither its answer nor the state after it depends on the state before.
  boolean overwrites(Operation operation);

  /// Whether two do the same to every state.
  default boolean alike(Operation one, Operation other) {
    return one.function() == other.function() && one.in().equals(other.in());
  }

  /// Whether the model knows such operations.
  boolean knows(Operation.Function function);

  /// The state, for a reader.
  String show(S state);
}
