package io.raftctl.architecture.bad.statemachine;

import java.time.Instant;

/// Breaks a rule: each node would apply another time.
public final class AsksForTheTime {
  Instant now() {
    return Instant.now();
  }
}
