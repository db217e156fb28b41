/// What a command says and where: data on standard output, all else on standard error, an exit
/// code.
///
/// [io.raftctl.cli.terminal.Console] holds the streams, [io.raftctl.cli.terminal.Report] writes to
/// them as text or JSON, [io.raftctl.cli.terminal.Wording] calls commands as the reader would type
/// them, [io.raftctl.cli.terminal.ExitCode] is the table that scripts rely on. Knows neither
/// picocli nor a command.
@NullMarked
package io.raftctl.cli.terminal;

import org.jspecify.annotations.NullMarked;
