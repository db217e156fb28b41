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
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Runs command lines: finds the command, parses its arguments, runs it, and turns whatever goes
/// wrong into one line and an exit code.
///
/// Only the chosen command is modelled, since a model costs more than most commands.
public final class Raftctl {
  private static final Pattern NEGATIVE_NUMBER = Pattern.compile("-[0-9]+");

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
    try {
      if (parse(parser, arguments).isUsageHelpRequested()) {
        Help.print(parser, console.out());
        return ExitCode.DONE;
      }
    } catch (ParameterException e) {
      return misused(name, e, parser.getCommandSpec(), OutputOptions.report(console, arguments));
    }
    return run(command, command.output().report(console));
  }

  /// A negative number is no option, though it looks like one.
  private static CommandLine.ParseResult parse(CommandLine parser, List<String> arguments) {
    String[] all = arguments.toArray(String[]::new);
    try {
      return parser.parseArgs(all);
    } catch (UnmatchedArgumentException e) {
      if (!e.getUnmatched().stream().allMatch(it -> NEGATIVE_NUMBER.matcher(it).matches())) {
        throw e;
      }
      return parser.setUnmatchedOptionsArePositionalParams(true).parseArgs(all);
    }
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

  private static ExitCode misused(
      String name, ParameterException e, CommandSpec spec, Report report) {
    String help = "see 'raftctl " + name + " --help'";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      if (first.startsWith("-")) {
        String near = Suggestion.nearest(first, optionNames(spec));
        String other = "put -- before what is no option, or " + help;
        return report.misused(name + ": unknown option '" + first + "'", hint(near, other));
      }
      return report.misused(name + ": there is no place for '" + first + "'", help);
    }
    String message = String.valueOf(e.getMessage());
    Throwable cause = e.getCause();
    if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
      message = cause.getMessage();
    }
    return report.misused(name + ": " + decapitalized(message), help);
  }

  private static List<String> optionNames(CommandSpec spec) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      names.addAll(List.of(option.names()));
    }
    return names;
  }

  private static String hint(@Nullable String near, String otherwise) {
    return near == null ? otherwise : "did you mean '" + near + "'?";
  }

  private static String decapitalized(String message) {
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
