/// The commands of those who look after a cluster: they see it, lead it and break it. Built as all
/// commands are, see [io.raftctl.cli.command.Subcommand].
@NullMarked
package io.raftctl.cli.operator;

import org.jspecify.annotations.NullMarked;
