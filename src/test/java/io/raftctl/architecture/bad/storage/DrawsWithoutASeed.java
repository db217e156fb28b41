package io.raftctl.architecture.bad.storage;

import java.util.Random;

/// Breaks a rule with its first method only: a seed makes chance repeatable.
public final class DrawsWithoutASeed {
  Random unseeded() {
    return new Random();
  }
}
