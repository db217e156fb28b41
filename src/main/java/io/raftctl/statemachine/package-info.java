/// Placeholder, see its owner.
@NullMarked
package io.raftctl.statemachine;

import org.jspecify.annotations.NullMarked;
