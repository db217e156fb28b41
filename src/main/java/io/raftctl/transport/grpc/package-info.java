/// The one place where protobuf meets the core's messages.
@NullMarked
package io.raftctl.transport.grpc;

import org.jspecify.annotations.NullMarked;
