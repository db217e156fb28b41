/// `raftctl log` and `raftctl recover`: the log of a live node, the log that lies in a directory,
/// and what to do when a quorum is lost.
///
/// [io.raftctl.cli.log.LogCommand] is the command line of `log`; each of its actions has a class
/// beside it. `LogSource` is what they read: a directory, which they never change, or a live node.
@NullMarked
package io.raftctl.cli.log;

import org.jspecify.annotations.NullMarked;
