package io.raftctl.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// One process, told from a later one that got the same pid by the time of its start.
///
/// @param startedMillis since 1970, as the operating system reports it
public record ProcessIdentity(long pid, long startedMillis) {
  // The system counts from its own boot, whose time it knows to a second or so.
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

  /// The identity of a process that was just started, or is ourselves.
  public static ProcessIdentity of(ProcessHandle process) {
    Instant started = process.info().startInstant().orElseGet(Instant::now);
    return new ProcessIdentity(process.pid(), started.toEpochMilli());
  }

  /// The running process, or nothing if it ended, even if its pid lives on.
  public Optional<ProcessHandle> running() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::sameProcess);
  }

  public boolean alive() {
    return running().isPresent();
  }

  private boolean sameProcess(ProcessHandle process) {
    ProcessHandle.Info info = process.info();
    // A zombie still has a pid and a start, but no program any more.
    return info.command().isPresent() && info.startInstant().filter(this::sameStart).isPresent();
  }

  private boolean sameStart(Instant start) {
    return Math.abs(start.toEpochMilli() - startedMillis) <= CLOCK_SLACK.toMillis();
  }
}
