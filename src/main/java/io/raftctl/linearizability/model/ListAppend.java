package io.raftctl.linearizability.model;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import org.jspecify.annotations.Nullable;

/// A list that only grows: `append`, and `get`, which gives all of it. Each answer tells the whole
/// past, so there is little to search.
final class ListAppend implements Model<Appended> {
  @Override
  public Appended initial() {
    return Appended.empty();
  }

  @Override
  public @Nullable Appended step(Appended state, Operation operation) {
    Value out = operation.out();
    return switch (operation.function()) {
      case GET -> out.isAbsent() || state.holds(out.items()) ? state : null;
      case APPEND -> state.with(operation.in());
      case PUT, CAS, INCR, LOCK, UNLOCK, ENQUEUE, DEQUEUE -> null;
    };
  }

  @Override
  public boolean reads(Operation operation) {
    return operation.function() == Function.GET;
  }

  @Override
  public boolean overwrites(Operation operation) {
    return false;
  }

  @Override
  public boolean knows(Function function) {
    return function == Function.GET || function == Function.APPEND;
  }

  @Override
  public String show(Appended state) {
    return state.toString();
  }
}
