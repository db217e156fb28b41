/// How messages travel between nodes: the seam, and the faults that tests put into it.
@NullMarked
package io.raftctl.transport;

import org.jspecify.annotations.NullMarked;
