package io.raftctl.transport;

import java.util.concurrent.atomic.LongAdder;

/// Counts the messages between this node and its peers since the start. Any thread may count and
/// read.
public final class Traffic {
  /// Handed to the wire.
  public final LongAdder sent = new LongAdder();

  /// Delivered to this node.
  public final LongAdder received = new LongAdder();

  /// Not sent or not delivered because the link was cut on purpose.
  public final LongAdder droppedByFault = new LongAdder();

  /// Not sent because the peer could not be reached or did not keep up.
  public final LongAdder droppedByQueue = new LongAdder();

  /// Streams of peers that were refused: another cluster, a wrong address, a malformed message.
  public final LongAdder refused = new LongAdder();
}
