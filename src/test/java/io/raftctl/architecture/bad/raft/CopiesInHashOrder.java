package io.raftctl.architecture.bad.raft;

import java.util.Collection;
import java.util.Set;

/// Breaks a rule: the order of a copied set is salted anew in each JVM.
public final class CopiesInHashOrder {
  Set<String> copy(Collection<String> from) {
    return Set.copyOf(from);
  }
}
