/// Placeholder, see its owner.
@NullMarked
package io.raftctl.raft;

import org.jspecify.annotations.NullMarked;
