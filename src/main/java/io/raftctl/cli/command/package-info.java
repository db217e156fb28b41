/// The commands, a class each: its model for picocli, and what it does.
///
/// A model is built by program and not by annotations, because to reflect on annotations takes a
/// shell command about as long as everything else it does. So an option is a field: a command adds
/// it to its model in [io.raftctl.cli.command.Subcommand#spec()] and asks it for its value in
/// [io.raftctl.cli.command.Subcommand#run]. Options that several commands share come as
/// [io.raftctl.cli.command.ClientOptions] and [io.raftctl.cli.command.OutputOptions].
///
/// Commands that are over after one answer never touch a class of gRPC.
@NullMarked
package io.raftctl.cli.command;

import org.jspecify.annotations.NullMarked;
