package io.raftctl.cli;

import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Runs command lines: finds the command, parses its arguments, runs it, and turns whatever goes
/// wrong into one line and an exit code.
///
/// Only the chosen command is modelled, since a model costs more than most commands.
public final class Raftctl {
  /// A span of time too, so that a negative one is told so and not taken for an option.
  private static final Pattern NUMBER = Pattern.compile("-[0-9]+(\\.[0-9]+)?(ms|s|m|h)?");

  private final Console console;

  public Raftctl(Console console) {
    this.console = console;
  }

  /// @param arguments without the program's name
  public ExitCode run(List<String> arguments) {
    if (arguments.isEmpty()) {
      Help.print(console.err());
      return ExitCode.USAGE;
    }
    String name = arguments.getFirst();
    List<String> rest = arguments.subList(1, arguments.size());
    return switch (name) {
      case "-h", "--help" -> run("help", new HelpCommand(), rest);
      case "-V", "--version" -> run("version", Subcommands.existing("version"), rest);
      default -> {
        Subcommand command = Subcommands.create(name);
        yield command == null ? unknown(name, rest) : run(name, command, rest);
      }
    };
  }

  private ExitCode unknown(String name, List<String> rest) {
    Report report = OutputOptions.report(console, rest);
    if (name.startsWith("-")) {
      return report.misused("options stand behind the command", "see 'raftctl help'");
    }
    return report.misused(
        "unknown command '" + name + "'",
        hint(Suggestion.nearest(name, Subcommands.names()), "see 'raftctl help'"));
  }

  private ExitCode run(String name, Subcommand command, List<String> arguments) {
    CommandLine parser = new CommandLine(command.spec());
    Report early = OutputOptions.report(console, arguments);
    String unknown = unknownOption(parser.getCommandSpec(), arguments);
    if (unknown != null) {
      return unknownOption(name, unknown, parser.getCommandSpec(), early);
    }
    // What looks like an option and is none is a negative number then.
    parser.setUnmatchedOptionsArePositionalParams(true);
    try {
      if (parser.parseArgs(arguments.toArray(String[]::new)).isUsageHelpRequested()) {
        Help.print(parser, console);
        return ExitCode.DONE;
      }
    } catch (ParameterException e) {
      return misused(name, e, early);
    }
    return run(command, command.output().report(console));
  }

  /// The first argument that looks like an option, is none of this command, and is no number.
  private static @Nullable String unknownOption(CommandSpec spec, List<String> arguments) {
    for (String argument : arguments) {
      if (argument.equals("--")) {
        return null;
      }
      boolean looksLikeOne = argument.length() > 1 && argument.startsWith("-");
      if (looksLikeOne && !NUMBER.matcher(argument).matches() && !isOption(spec, argument)) {
        return argument;
      }
    }
    return null;
  }

  private static boolean isOption(CommandSpec spec, String argument) {
    for (String name : optionNames(spec)) {
      boolean isShort = name.length() == 2;
      if (argument.equals(name) || argument.startsWith(isShort ? name : name + "=")) {
        return true;
      }
    }
    return false;
  }

  private static ExitCode unknownOption(
      String name, String unknown, CommandSpec spec, Report report) {
    String near = Suggestion.nearest(unknown, optionNames(spec));
    String other = "put -- before what is no option, or see 'raftctl " + name + " --help'";
    return report.misused(name + ": unknown option '" + unknown + "'", hint(near, other));
  }

  private static ExitCode run(Subcommand command, Report report) {
    try {
      return command.run(report);
    } catch (IllegalArgumentException e) {
      return report.misused(String.valueOf(e.getMessage()), "");
    } catch (IOException e) {
      return report.failed(String.valueOf(e.getMessage()), "");
    } catch (RuntimeException e) {
      return report.failed("internal error: " + e, "please report it with what you did");
    }
  }

  private static ExitCode misused(String name, ParameterException e, Report report) {
    String help = "see 'raftctl " + name + " --help'";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      return report.misused(name + ": there is no place for '" + first + "'", help);
    }
    // What our own converters say is better than what the parser makes of it.
    Throwable said = e.getCause() instanceof IllegalArgumentException own ? own : e;
    String message = String.valueOf(said.getMessage());
    return report.misused(name + ": " + decapitalized(message), help);
  }

  private static List<String> optionNames(CommandSpec spec) {
    List<String> names = new ArrayList<>(spec.optionsMap().keySet());
    names.addAll(spec.negatedOptionsMap().keySet());
    return names;
  }

  private static String hint(@Nullable String near, String otherwise) {
    return near == null ? otherwise : "did you mean '" + near + "'?";
  }

  private static String decapitalized(String message) {
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
