/// Placeholder, see its owner.
@NullMarked
package io.raftctl.transport;

import org.jspecify.annotations.NullMarked;
