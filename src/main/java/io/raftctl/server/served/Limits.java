package io.raftctl.server.served;

import java.time.Duration;

/// What clients may ask of a node.
public final class Limits {
  /// How long a request may take where it does not say so itself.
  public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(5);

  public static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

  /// How long a request for the log may wait for the next entry.
  public static final Duration LOG_WAIT_MAX = Duration.ofSeconds(30);

  private Limits() {}
}
