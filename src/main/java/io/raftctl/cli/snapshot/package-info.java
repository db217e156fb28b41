/// `raftctl snapshot`: backups of a cluster, and new clusters out of them.
///
/// [io.raftctl.cli.snapshot.SnapshotCommand] is the command line; `SnapshotSave` talks to a live
/// cluster, `SnapshotFiles` to files and data directories of this machine.
@NullMarked
package io.raftctl.cli.snapshot;

import org.jspecify.annotations.NullMarked;
