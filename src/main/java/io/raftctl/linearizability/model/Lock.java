package io.raftctl.linearizability.model;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import org.jspecify.annotations.Nullable;

/// A lock: `lock` is done where nobody holds it, `unlock` where this client does. A state is the
/// name of who holds it, empty where nobody does.
final class Lock implements Model<String> {
  @Override
  public String initial() {
    return "";
  }

  @Override
  public @Nullable String step(String holder, Operation operation) {
    boolean refused = operation.fate() == Fate.REFUSED;
    return switch (operation.function()) {
      case LOCK -> step(holder, holder.isEmpty() != refused, refused, "=" + operation.client());
      case UNLOCK -> step(holder, holder.equals("=" + operation.client()) != refused, refused, "");
      case GET, PUT, CAS, APPEND, INCR, ENQUEUE, DEQUEUE -> null;
    };
  }

  private static @Nullable String step(
      String holder, boolean explained, boolean refused, String after) {
    return explained ? refused ? holder : after : null;
  }

  @Override
  public boolean reads(Operation operation) {
    return operation.fate() == Fate.REFUSED;
  }

  @Override
  public boolean overwrites(Operation operation) {
    return false;
  }

  @Override
  public boolean alike(Operation one, Operation other) {
    return one.function() == other.function() && one.client().equals(other.client());
  }

  @Override
  public boolean knows(Function function) {
    return function == Function.LOCK || function == Function.UNLOCK;
  }

  @Override
  public String show(String holder) {
    return holder.isEmpty() ? "free" : "held by client " + holder.substring(1);
  }
}
