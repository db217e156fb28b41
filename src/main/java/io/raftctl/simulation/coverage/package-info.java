/// How much of what can happen the seeds have reached: so that a run that found nothing can be told
/// from one that looked at nothing.
///
/// Three numbers. **Pairs** are of a role, a kind of input, and what the core's step did with it; a
/// turn whose inputs are of several kinds counts for none of them, as nobody could tell which of
/// them did it. **Marks** are moments that should come at times
/// ([io.raftctl.simulation.coverage.Mark]); how many there are is known, so what was missed is,
/// too. **States** are those of all nodes together, with what does not matter left out
/// ([io.raftctl.simulation.coverage.ClusterStates]).
///
/// All of it is seen from outside: by what goes into a node's turn, what the turn sends, and what
/// the core and the disk are afterwards. The product has no marks of its own. A mark in its code
/// would be either static state, which the seeds of one process would share, or a parameter of
/// every class; and what nobody outside can see matters to nobody.
///
/// Imports the core, and knows nothing of the world around the nodes.
@NullMarked
package io.raftctl.simulation.coverage;

import org.jspecify.annotations.NullMarked;
