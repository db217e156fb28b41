package io.raftctl.architecture.bad.storage;

import io.raftctl.architecture.bad.statemachine.AsksForTheTime;

/// Breaks a rule: neighbours do not know each other, not even in arrays.
public final class ImportsStateMachine {
  AsksForTheTime[] machines() {
    return new AsksForTheTime[1];
  }
}
