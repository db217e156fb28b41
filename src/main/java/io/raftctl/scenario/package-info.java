/// Scripts over a simulated cluster, and the stories that come with raftctl.
///
/// ```
/// file, Stories -> repl.ScriptRunner -> SimulatedRunner -> ClientVerbs, NodeVerbs
///                                                                 |
///                                                      simulation.SimulatedStage
/// ```
///
/// The language is that of the prompt over real processes ([io.raftctl.repl]): who can read one can
/// read the other. [io.raftctl.scenario.SimulatedRunner] runs one line of it in a world whose time
/// passes only while a line waits for something. Verbs that only such a world has: `rot`, `wait
/// log`, and, before the first other line, what the world is like: `nodes`, `seed`, `features`,
/// `message-bytes`, `snapshot-bytes` ([io.raftctl.scenario.Staging]). [io.raftctl.scenario.Stories]
/// are the scripts that come with raftctl.
@NullMarked
package io.raftctl.scenario;

import org.jspecify.annotations.NullMarked;
