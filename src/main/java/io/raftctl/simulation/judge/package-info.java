/// What must hold, whatever the world does: kept and judged apart from the code under test.
///
/// [io.raftctl.simulation.judge.Safety] has the promises. `DurableModel` is what each disk must
/// hold, `ObservedStore` tells both of every write; a `Violation` names the promise that broke.
///
/// Imports node and everything below it; knows nothing of the world around the nodes.
@NullMarked
package io.raftctl.simulation.judge;

import org.jspecify.annotations.NullMarked;
