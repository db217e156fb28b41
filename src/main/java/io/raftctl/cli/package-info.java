/// The command line: finds the command, builds its model, runs it, and exits with a code that
/// tells.
///
/// ```
/// Main -> Raftctl -> Subcommands.create -> command/  (a class each)
///            |                                |
///          Help, Completions             terminal/  (streams, errors, exit codes)
/// ```
///
/// Read [io.raftctl.cli.Raftctl] first, then [io.raftctl.cli.Subcommands], the table of commands.
/// The only layer that knows picocli; nobody imports it.
@NullMarked
package io.raftctl.cli;

import org.jspecify.annotations.NullMarked;
