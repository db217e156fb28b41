/// Placeholder, see its owner.
@NullMarked
package io.raftctl.node;

import org.jspecify.annotations.NullMarked;
