package io.raftctl.simulation.fault;

import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What goes wrong in one world: what was named, or else what its seed has drawn.
///
/// Where faults are named, each world has all of them, and nothing else goes wrong. Where all are
/// named, what has no name goes wrong as the seed has drawn it.
public final class Suffering {
  private final @Nullable Set<Fault> named;
  private final boolean all;

  /// @param random draws between faults that cannot be in one world
  public Suffering(Choice choice, RandomGenerator random) {
    Set<Fault> faults = choice.faults();
    if (faults == null) {
      named = null;
      all = false;
      return;
    }
    EnumSet<Fault> mine = EnumSet.noneOf(Fault.class);
    mine.addAll(faults);
    // A node may lose its disk as long as the others stay.
    if (mine.contains(Fault.LOST_DISK) && mine.contains(Fault.MEMBERSHIP_CHURN)) {
      mine.remove(random.nextBoolean() ? Fault.LOST_DISK : Fault.MEMBERSHIP_CHURN);
    }
    named = mine;
    all = faults.size() == Fault.values().length;
  }

  /// Whether faults were named at all, whichever.
  public boolean isNamed() {
    return named != null;
  }

  /// Whether somebody has named this one, and it is in this world.
  public boolean isNamed(Fault fault) {
    return named != null && named.contains(fault);
  }

  /// Whether this world has the fault.
  public boolean has(Fault fault, boolean drawn) {
    return named == null ? drawn : named.contains(fault);
  }

  /// Whether it has what comes with each of these faults.
  public boolean hasAny(boolean drawn, Fault one, Fault other) {
    return named == null ? drawn : named.contains(one) || named.contains(other);
  }

  /// Whether it has a form of the fault that need not be in each world that has it.
  public boolean mayHave(Fault fault, boolean drawn) {
    return drawn && has(fault, true);
  }

  /// Whether it has a fault that has no name.
  public boolean hasNameless(boolean drawn) {
    return drawn && (named == null || all);
  }

  /// How often something happens that has no name.
  public double rate(double drawn) {
    return hasNameless(true) ? drawn : 0;
  }
}
