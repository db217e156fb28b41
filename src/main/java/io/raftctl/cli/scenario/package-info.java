/// `scenario`: which script is run where.
///
/// [io.raftctl.cli.scenario.ScenarioCommand] finds the lines and the stage for them: the simulated
/// one of `scenario`, or processes, which it leaves to `local-cluster --script`.
@NullMarked
package io.raftctl.cli.scenario;

import org.jspecify.annotations.NullMarked;
