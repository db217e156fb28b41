package io.raftctl.simulation.witness;

import io.raftctl.raft.EntryId;

/// How far a node has come with its log.
public record Progressed(EntryId last, long commitIndex) {
  @Override
  public String toString() {
    return "has committed up to " + commitIndex + ", and holds entries up to " + last;
  }
}
