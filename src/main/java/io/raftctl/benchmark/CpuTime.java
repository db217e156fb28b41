package io.raftctl.benchmark;

import java.time.Duration;

/// The processor time that a process has used since its start, of all its threads, in user and
/// system mode. The operating system counts it in hundredths of a second.
public final class CpuTime {
  private CpuTime() {}

  public static Duration ofThisProcess() {
    return of(ProcessHandle.current());
  }

  /// Zero where the process is gone.
  static Duration of(long pid) {
    return ProcessHandle.of(pid).map(CpuTime::of).orElse(Duration.ZERO);
  }

  private static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
