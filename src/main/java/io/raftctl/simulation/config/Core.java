package io.raftctl.simulation.config;

import io.raftctl.raft.RaftConfig;
import io.raftctl.statemachine.session.SessionLimits;

/// How the nodes are set up. Small limits turn what is rare in production into what happens all the
/// time.
///
/// @param electionTicks least wait for a leader; waits far below a message's delay make candidates
///   collide and leaders change all the time
/// @param features which of them the elections use
/// @param segmentBytes size of a log segment; small ones make rolling over common
/// @param snapshotBytes log between two snapshots; few make snapshots and their installation common
/// @param limits of the core; small ones make full windows and reads from the disk common
/// @param sessions limits of the sessions; small ones make their expiry common
/// @param appliesBeside whether the state machine is slow, loses its state at times, and so is told
///   beside the loop what is committed
public record Core(
    int electionTicks,
    RaftConfig.Features features,
    int segmentBytes,
    long snapshotBytes,
    RaftConfig.Limits limits,
    SessionLimits sessions,
    boolean appliesBeside) {
  /// A tick of every node's clock, but for its drift.
  public static final long TICK_MICROS = 10_000;

  public static final Core CALM =
      new Core(
          30,
          RaftConfig.Features.DEFAULT,
          64 << 10,
          1 << 30,
          RaftConfig.Limits.DEFAULT,
          SessionLimits.DEFAULT,
          false);

  /// The least election timeout.
  public long electionMicros() {
    return electionTicks * TICK_MICROS;
  }
}
