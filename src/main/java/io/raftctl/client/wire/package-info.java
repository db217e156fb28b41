/// One exchange with one endpoint: JSON over HTTP/1.1, a deadline for everything, and the knowledge
/// of whether the other side can have read the request.
///
/// [io.raftctl.client.wire.Exchange] is the heart, [io.raftctl.client.wire.Poll] runs several. They
/// know no route and no retry. No class here touches gRPC, whose start costs a shell command more
/// than its call.
@NullMarked
package io.raftctl.client.wire;

import org.jspecify.annotations.NullMarked;
