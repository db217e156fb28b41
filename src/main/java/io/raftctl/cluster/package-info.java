/// Clusters of node processes on this machine.
@NullMarked
package io.raftctl.cluster;

import org.jspecify.annotations.NullMarked;
