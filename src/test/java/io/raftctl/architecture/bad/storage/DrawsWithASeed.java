package io.raftctl.architecture.bad.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Breaks no rule, though it stands near to one that does.
public final class DrawsWithASeed {
  Random seeded(long seed) {
    return new Random(seed);
  }

  Map<String, String> ordered() {
    return new LinkedHashMap<>(new TreeMap<>());
  }
}
