/// Placeholder, see its owner.
@NullMarked
package io.raftctl.storage;

import org.jspecify.annotations.NullMarked;
