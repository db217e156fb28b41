package io.raftctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Writes the completion scripts of the shells from the model of all commands.
final class Completions {
  static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  private Completions() {}

  /// @param shell one of [#SHELLS]
  static String of(String shell, CommandSpec root) {
    return switch (shell) {
      case "bash" -> bash(root);
      case "zsh" -> zsh(root);
      case "fish" -> fish(root);
      default -> throw new IllegalArgumentException("no completion for " + shell);
    };
  }

  private static String bash(CommandSpec root) {
    return AutoComplete.bash("raftctl", new CommandLine(root));
  }

  private static String zsh(CommandSpec root) {
    StringBuilder script = new StringBuilder();
    script.append("#compdef raftctl\n\n_raftctl() {\n  local -a commands\n");
    script.append("  if (( CURRENT == 2 )); then\n    commands=(\n");
    for (CommandSpec command : commands(root)) {
      String entry = command.name() + ":" + Help.summary(command);
      script.append("      ").append(quoted(entry)).append('\n');
    }
    script.append("    )\n    _describe command commands\n    return\n  fi\n");
    script.append("  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n");
    script.append("  case $command in\n");
    for (CommandSpec command : commands(root)) {
      script.append("    ").append(command.name()).append(")\n      _arguments");
      zshArguments(command).forEach(it -> script.append(" \\\n        ").append(quoted(it)));
      script.append("\n      ;;\n");
    }
    return script.append("  esac\n}\n\n_raftctl \"$@\"\n").toString();
  }

  private static List<String> zshArguments(CommandSpec command) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : shown(command)) {
      String others = option.names().length > 1 ? "(" + String.join(" ", option.names()) + ")" : "";
      String text = zshText(description(option));
      for (String name : option.names()) {
        arguments.add(others + name + "[" + text + "]" + (isFlag(option) ? "" : value(option)));
      }
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      boolean many = parameter.arity().max() > 1;
      arguments.add((many ? "*" : "") + (value(parameter).isEmpty() ? "" : value(parameter)));
    }
    return arguments;
  }

  /// What stands for a value: its name, and the words to choose from.
  private static String value(ArgSpec argument) {
    String words = String.join(" ", candidates(argument));
    return ":" + zshText(argument.paramLabel()) + ":" + (words.isEmpty() ? " " : "(" + words + ")");
  }

  private static String zshText(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String fish(CommandSpec root) {
    StringBuilder script = new StringBuilder("complete -c raftctl -f\n");
    for (CommandSpec command : commands(root)) {
      script.append("\ncomplete -c raftctl -n __fish_use_subcommand -a ").append(command.name());
      script.append(" -d ").append(quoted(Help.summary(command))).append('\n');
      String seen = "complete -c raftctl -n '__fish_seen_subcommand_from " + command.name() + "'";
      for (OptionSpec option : shown(command)) {
        script.append(seen);
        for (String name : option.names()) {
          script
              .append(name.startsWith("--") ? " -l " : " -s ")
              .append(name.replace("-", " ").strip().replace(' ', '-'));
        }
        script.append(isFlag(option) ? "" : " -x");
        List<String> words = candidates(option);
        script.append(words.isEmpty() ? "" : " -a " + quoted(String.join(" ", words)));
        script.append(" -d ").append(quoted(description(option))).append('\n');
      }
      for (PositionalParamSpec parameter : command.positionalParameters()) {
        List<String> words = candidates(parameter);
        script.append(
            words.isEmpty() ? "" : seen + " -a " + quoted(String.join(" ", words)) + "\n");
      }
    }
    return script.toString();
  }

  private static List<CommandSpec> commands(CommandSpec root) {
    return root.subcommands().values().stream().map(CommandLine::getCommandSpec).toList();
  }

  private static List<OptionSpec> shown(CommandSpec command) {
    return command.options().stream().filter(option -> !option.hidden()).toList();
  }

  private static boolean isFlag(OptionSpec option) {
    return option.arity().max() == 0;
  }

  private static List<String> candidates(ArgSpec argument) {
    List<String> words = new ArrayList<>();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(words::add);
    }
    if (argument.paramLabel().toUpperCase(Locale.ROOT).startsWith("NODE")) {
      words.addAll(List.of("leader", "follower", "all"));
    }
    return words;
  }

  private static String description(ArgSpec argument) {
    return argument.description()[0].replace("%%", "%");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
