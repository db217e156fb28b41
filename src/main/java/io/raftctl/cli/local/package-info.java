/// `local-cluster`: a cluster as processes of this machine, its prompt and its scripts, and the
/// ones that run detached.
///
/// [io.raftctl.cli.local.LocalClusterCommand] reads the options and starts a cluster;
/// [io.raftctl.cli.local.ClusterSession] talks over one that runs, and
/// [io.raftctl.cli.local.ClusterActions] handles those that were started before. What a cluster is
/// stands in `cluster`, what can be said to it in `repl`.
@NullMarked
package io.raftctl.cli.local;

import org.jspecify.annotations.NullMarked;
