/// The consensus core: inputs in, effects out; no threads, clocks, sockets or files.
@NullMarked
package io.raftctl.raft;

import org.jspecify.annotations.NullMarked;
