package io.raftctl.server.fault;

/// What a node's own machine suffers on request.
public record MachineFaults(DiskFaults disk, ShiftedClock clock) {
  public MachineFaults() {
    this(new DiskFaults(), new ShiftedClock());
  }
}
