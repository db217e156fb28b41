package io.raftctl.transport;

import io.raftctl.raft.Message;
import java.util.List;

/// Carries messages to peers: the seam to the network.
///
/// It may lose, repeat and reorder them; it never changes one, and never delivers one to a node of
/// another cluster. [#send] never waits: what does not fit into a peer's queue is dropped.
public interface Transport {
  void send(List<Message> messages);
}
