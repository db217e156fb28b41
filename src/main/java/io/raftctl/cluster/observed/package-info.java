/// What the nodes of a local cluster say of themselves, asked all at once.
///
/// ```
/// Watch --asks by--> NodeProbe --> the nodes
///   |                    |
///   v                    v
/// Observation <---- NodeReport
/// ```
///
/// Read [io.raftctl.cluster.observed.Observation]: it knows who leads and whether the nodes agree.
/// Nothing here knows of processes.
@NullMarked
package io.raftctl.cluster.observed;

import org.jspecify.annotations.NullMarked;
