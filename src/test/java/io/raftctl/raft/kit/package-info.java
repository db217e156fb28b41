/// What the tests of the core are made of: a cluster of cores whose messages, disks and clocks the
/// test holds in its hand, invariants that are judged after every step, and the shorthand in which
/// tests and scenario files write logs.
@NullMarked
package io.raftctl.raft.kit;

import org.jspecify.annotations.NullMarked;
