/// One node: the loop around the core, the applier, and the face it shows its users.
@NullMarked
package io.raftctl.node;

import org.jspecify.annotations.NullMarked;
