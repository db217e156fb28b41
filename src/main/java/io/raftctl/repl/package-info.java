/// The prompt over a local cluster, and scripts in its language.
///
/// ```
/// terminal -> Prompt (JLine) --+
///               ^   ^          +-> LineRunner -> ClusterVerbs -> cluster    kill, heal, add-node
///     Completion+   +-Monitor  |        |
/// file, pipe -> ScriptRunner --+        +------> CommandLine                status, submit
/// ```
///
/// Read `LineRunner` first: one line, whoever wrote it. `Words`, `Selector` and `Groups` are what a
/// line is made of; `ClusterVerbs` what the command line has no command for. `ScriptRunner` stops
/// at the first failure, or where an `Expectation` about what the `Transcript` holds is not met;
/// `Prompt` never does, and `Monitor` with `Notices` tells it what happens meanwhile.
///
/// The commands come from above through `CommandLine`; this package never imports the command line,
/// picocli, gRPC or Netty. JLine stays in `Prompt` and `Completion`.
@NullMarked
package io.raftctl.repl;

import org.jspecify.annotations.NullMarked;
