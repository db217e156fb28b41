/// What is done to real nodes. [io.raftctl.torture.nemesis.Fault] names it,
/// [io.raftctl.torture.nemesis.Nemesis] does it, mends it, and counts how often it took hold.
@NullMarked
package io.raftctl.torture.nemesis;

import org.jspecify.annotations.NullMarked;
