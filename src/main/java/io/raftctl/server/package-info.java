/// The gRPC services and the HTTP port in front of a node.
@NullMarked
package io.raftctl.server;

import org.jspecify.annotations.NullMarked;
