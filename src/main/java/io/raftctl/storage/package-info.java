/// The segmented log, the hard state and the snapshots; owns the disk format.
@NullMarked
package io.raftctl.storage;

import org.jspecify.annotations.NullMarked;
