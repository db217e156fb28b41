package io.raftctl.cli;

import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.Console;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/// The help texts, and the model of all commands, which only they and the completions need.
final class Help {
  private Help() {}

  /// All commands, in the order of the help.
  static CommandSpec wholeModel() {
    CommandSpec root = CommandSpec.create().name("raftctl");
    for (String name : Subcommands.names()) {
      root.addSubcommand(name, Subcommands.existing(name).spec());
    }
    return root;
  }

  /// The overview.
  static void print(PrintStream out) {
    out.println("raftctl runs, scripts, breaks and shows a durable Raft cluster.");
    out.println();
    out.println("Usage: raftctl COMMAND [OPTION...]");
    for (Subcommands.Group group : Subcommands.GROUPS) {
      out.println();
      out.println(group.title() + ":");
      for (String name : group.names()) {
        Subcommand command = Subcommands.existing(name);
        out.println("  " + (name + " ".repeat(15)).substring(0, 15) + summary(command.spec()));
      }
    }
    out.println();
    out.println("Every command takes --help, and -o json for scripts. Exit codes: 0 done, 1 no or");
    out.println(
        "not found, 2 usage, 3 certainly not applied, 4 outcome unknown, 5 denied, 6 local");
    out.println("input/output or corrupt data.");
    out.flush();
  }

  /// The help of one command.
  static void print(CommandLine command, Console console) {
    CommandSpec spec = command.getCommandSpec();
    if (!spec.name().startsWith("raftctl")) {
      spec.name(console.wording().of("raftctl " + spec.name()));
    }
    command.setUsageHelpWidth(100);
    console.out().print(console.wording().of(command.getUsageMessage(Ansi.OFF)));
    console.out().flush();
  }

  /// The first sentence of a command's description.
  static String summary(CommandSpec spec) {
    String description = spec.usageMessage().description()[0];
    int end = description.indexOf(". ");
    return end < 0 ? description.replaceFirst("\\.$", "") : description.substring(0, end);
  }
}
