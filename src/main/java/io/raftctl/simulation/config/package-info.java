/// What a world is like, and what seeds draw of it.
///
/// A [io.raftctl.simulation.config.WorldConfig] is all that a script has to say of its world before
/// it begins; [io.raftctl.simulation.config.Settings] are its words. A
/// [io.raftctl.simulation.config.Swarm] is the world of a seed with the pace at which things happen
/// there.
///
/// Knows nothing of nodes that run.
@NullMarked
package io.raftctl.simulation.config;

import org.jspecify.annotations.NullMarked;
