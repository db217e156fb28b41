/// How messages travel between nodes, and where travel is forbidden on purpose.
///
/// ```
///   node --send--> Transport            Faults: which links are cut at this node
///                     ^                   ^ asked before the wire and before delivery
///                     |                   |
///                  transport.grpc --------+      Traffic: what was sent, received, dropped
/// ```
///
/// [Transport] is the seam: the simulator puts a network of its own behind it. Read [Transport],
/// then [Faults]; [Link] and [Address] are the words they use. [Whereabouts] is where one node
/// reaches the others, in production and in the simulation alike. Nothing here knows a wire format,
/// a socket or a thread, and nothing here imports more than the core's types.
@NullMarked
package io.raftctl.transport;

import org.jspecify.annotations.NullMarked;
