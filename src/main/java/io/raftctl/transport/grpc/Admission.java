package io.raftctl.transport.grpc;

import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import org.jspecify.annotations.Nullable;

/// Who may speak to a node. Asked for each batch, on any thread; must not wait.
@FunctionalInterface
public interface Admission {
  /// Why a node of this cluster may not speak to this one, or null where it may.
  ///
  /// @param incarnation of its data directory
  /// @param address where it says that it is reached; null where it does not say it
  @Nullable Refusal refusal(NodeId node, long incarnation, @Nullable Address address);

  /// @param forGood whether it never will be let in again under its id
  /// @param why in a line, for both sides
  record Refusal(boolean forGood, String why) {}
}
