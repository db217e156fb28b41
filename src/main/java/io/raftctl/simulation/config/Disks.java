package io.raftctl.simulation.config;

import io.raftctl.raft.NodeId;
import io.raftctl.simulation.disk.SimulatedDisk;
import java.util.random.RandomGenerator.SplittableGenerator;

/// How disks are, and what becomes of them when the power fails.
///
/// @param syncMicrosMax a sync takes up to so long
/// @param copyOnWrite whether some disks write nothing in place, so that a full one may refuse what
///   is no longer than before
/// @param rot which entries rot
/// @param misdirects whether writes go to the wrong place of the log; not without rot
/// @param rotsVotes whether copies of a node's term and vote rot
/// @param rotsSnapshots whether a node's newest snapshot rots, where there is another one, here or
///   at another node
public record Disks(
    long syncMicrosMax,
    boolean copyOnWrite,
    Rot rot,
    boolean misdirects,
    boolean rotsVotes,
    boolean rotsSnapshots) {
  /// Fast, with room, and true.
  public static final Disks CALM = new Disks(1_000, false, Rot.NONE, false, false, false);

  public Disks {
    misdirects = misdirects && rot != Rot.NONE;
  }

  /// A disk as a machine gets it.
  public SimulatedDisk empty(NodeId id, SplittableGenerator random) {
    SimulatedDisk empty = new SimulatedDisk("disk-" + id, random.split());
    if (copyOnWrite && random.nextInt(4) == 0) {
      empty.copyOnWrite();
    }
    if (misdirects) {
      empty.rememberWrites();
    }
    return empty;
  }
}
