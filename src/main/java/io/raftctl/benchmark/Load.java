package io.raftctl.benchmark;

import java.time.Duration;

/// What load to put on a cluster.
///
/// @param clients how many requests are under way at any moment
/// @param connections how many streams they share
/// @param keys how many different keys are written and read, each equally often
/// @param keyBytes the length of a key
/// @param valueBytes the length of a value
/// @param readsPercent how many of 100 requests read
/// @param warmUp how long the load runs before anything counts
/// @param time how long it is measured
public record Load(
    int clients,
    int connections,
    int keys,
    int keyBytes,
    int valueBytes,
    int readsPercent,
    Duration warmUp,
    Duration time) {
  private static final int CLIENTS_MAX = 10_000;
  private static final int CONNECTIONS_MAX = 64;
  private static final int KEYS_MAX = 100_000_000;
  private static final int KEY_BYTES_MAX = 1024;
  private static final int VALUE_BYTES_MAX = 1_000_000;

  /// @throws IllegalArgumentException where a number is out of range
  public Load {
    require("--clients", clients, 1, CLIENTS_MAX);
    require("--connections", connections, 1, Math.min(clients, CONNECTIONS_MAX));
    require("--keys", keys, 1, KEYS_MAX);
    require("--key-size", keyBytes, Commands.keyBytesMin(keys), KEY_BYTES_MAX);
    require("--value-size", valueBytes, 1, VALUE_BYTES_MAX);
    require("--reads", readsPercent, 0, 100);
  }

  private static void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + " must be " + min + " to " + max + " here, not " + value);
    }
  }
}
