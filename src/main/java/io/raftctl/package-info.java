/// The main class, outside of all layers. Read `io.raftctl.raft` first: the rest serves it.
@NullMarked
package io.raftctl;

import org.jspecify.annotations.NullMarked;
