package io.raftctl.repl;

import java.io.PrintStream;

/// The list of everything that can be typed at the prompt.
final class Help {
  private final CommandLine commandLine;
  private final PrintStream out;

  Help(CommandLine commandLine, PrintStream out) {
    this.commandLine = commandLine;
    this.out = out;
  }

  void overview() {
    out.println("Break it and mend it:");
    ClusterVerbs.VERBS.values().forEach(verb -> row(verb.usage(), verb.description()));
    out.println("Use it and see it:");
    commandLine.names().forEach(name -> row(name + " …", commandLine.summary(name)));
    out.println("Else:");
    row("at NODE COMMAND…", "Ask that node, whoever leads");
    row("help [COMMAND]", "This list, or all about one command");
    row("exit", "End the session; so do quit and Ctrl-D");
    out.println("NODE is an id, leader, follower or all. A # starts a comment.");
  }

  private void row(String usage, String description) {
    out.println("  " + usage + " ".repeat(Math.max(2, 31 - usage.length())) + description);
  }
}
