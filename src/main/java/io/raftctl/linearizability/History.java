package io.raftctl.linearizability;

import java.util.List;

/// What clients did to some objects and heard, and what was broken meanwhile.
///
/// @param operations by their calls
/// @param faults by their begin
/// @param timeUnit what calls and ends count: nanoseconds, or lines of a log
public record History(List<Operation> operations, List<Fault> faults, TimeUnit timeUnit) {
  /// Something that was broken for a while.
  ///
  /// @param end [Operation#OPEN] where nobody says
  public record Fault(String what, long begin, long end) {}

  /// What the times of a history count.
  public enum TimeUnit {
    NANOS,
    LINES
  }

  public History {
    operations = List.copyOf(operations);
    faults = List.copyOf(faults);
  }
}
