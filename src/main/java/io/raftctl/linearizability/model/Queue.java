package io.raftctl.linearizability.model;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// First in, first out: `enqueue`, and `dequeue`, which gives nil where the queue is empty.
final class Queue implements Model<List<Value>> {
  @Override
  public List<Value> initial() {
    return List.of();
  }

  @Override
  public @Nullable List<Value> step(List<Value> state, Operation operation) {
    return switch (operation.function()) {
      case ENQUEUE -> {
        List<Value> longer = new ArrayList<>(state);
        longer.add(operation.in());
        yield List.copyOf(longer);
      }
      case DEQUEUE -> {
        Value first = state.isEmpty() ? Value.NIL : state.getFirst();
        boolean explained = operation.out().isAbsent() || operation.out().equals(first);
        yield explained ? state.isEmpty() ? state : state.subList(1, state.size()) : null;
      }
      case GET, PUT, CAS, APPEND, INCR, LOCK, UNLOCK -> null;
    };
  }

  @Override
  public boolean reads(Operation operation) {
    return operation.function() == Function.DEQUEUE && operation.out().isNil();
  }

  @Override
  public boolean overwrites(Operation operation) {
    return false;
  }

  @Override
  public boolean knows(Function function) {
    return function == Function.ENQUEUE || function == Function.DEQUEUE;
  }

  @Override
  public String show(List<Value> state) {
    return state.toString();
  }
}
