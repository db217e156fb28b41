package io.raftctl.cli.command;

import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.Report;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `-o json|text`, which every command has.
public final class OutputOptions {
  private static final List<String> FORMATS = List.of("text", "json");

  private final OptionSpec format =
      OptionSpec.builder("-o", "--output")
          .type(String.class)
          .converters((ITypeConverter<String>) OutputOptions::parse)
          .completionCandidates(FORMATS)
          .paramLabel("FORMAT")
          .defaultValue("text")
          .description("text or json (default: text).")
          .build();

  public CommandSpec addTo(CommandSpec spec) {
    return spec.addOption(format);
  }

  public Report report(Console console) {
    return new Report(console, "json".equals(format.getValue()));
  }

  /// Guesses the format from arguments that could not be parsed, so that even that is reported in
  /// the form that was asked for.
  public static Report report(Console console, List<String> arguments) {
    boolean json =
        arguments.contains("-ojson")
            || arguments.contains("-o=json")
            || arguments.contains("--output=json")
            || follows(arguments, "-o")
            || follows(arguments, "--output");
    return new Report(console, json);
  }

  private static boolean follows(List<String> arguments, String option) {
    int at = arguments.indexOf(option);
    return at >= 0 && at + 1 < arguments.size() && arguments.get(at + 1).equals("json");
  }

  private static String parse(String text) {
    String format = text.toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(format)) {
      throw new IllegalArgumentException("'" + text + "' is not a format; there are text and json");
    }
    return format;
  }
}
