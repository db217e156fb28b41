/// Clusters whose nodes are processes of this machine.
///
/// ```
/// ClusterPlan -> ClusterClaim -> LocalCluster -> NodeProcess -> the operating system
///                     |               |   +----> ClusterMembers, ClusterLinks
///              ClusterRegistry   ClusterDirectory   cluster.json, logs, the nodes' data
/// ```
///
/// Read `LocalCluster` first: start, break, observe, end. `ClusterMembers` adds and removes nodes,
/// `ClusterLinks` cuts them off from each other, and a `Machine` is what the disk and the clock of
/// one, ours or not, suffer. `ClusterClaim` takes a name, a directory and ports while nobody else
/// does; `NodeProcess` is one node and its process, and why none is left behind; `ClusterJson` is
/// the contract with other processes and scripts; `ClusterRegistry` finds the clusters of a user
/// again. What the nodes say of themselves is in the package `observed`.
///
/// A process is always named by a `ProcessIdentity`, so that a pid that was reused is never
/// signalled. This package starts `raftctl node` as a program and never imports the node.
@NullMarked
package io.raftctl.cluster;

import org.jspecify.annotations.NullMarked;
