/// Load, and the latencies it meets.
@NullMarked
package io.raftctl.benchmark;

import org.jspecify.annotations.NullMarked;
