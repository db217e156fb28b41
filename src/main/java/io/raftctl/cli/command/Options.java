package io.raftctl.cli.command;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The words in which models are written.
public final class Options {
  private Options() {}

  /// A command with `--help`, and a text that stands below its options, such as examples.
  ///
  /// @param does what it does: one sentence without a subject
  public static CommandSpec command(String name, String does, String... footer) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(does).footer(footer);
    return spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
  }

  public static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description).build();
  }

  public static OptionSpec option(String name, String label, String description) {
    return text(name, label, description).build();
  }

  /// @param standard the value where the option is not given
  public static OptionSpec option(String name, String label, String standard, String description) {
    return text(name, label, description).defaultValue(standard).build();
  }

  /// @param standard the value where the option is not given
  public static OptionSpec duration(String name, String standard, String description) {
    return span(name, description, Durations::parse).defaultValue(standard).build();
  }

  /// One that need not be given.
  public static OptionSpec duration(String name, String description) {
    return duration(name, description, Durations::parse);
  }

  /// One that need not be given.
  ///
  /// @param reader knows the longest that makes sense
  public static OptionSpec duration(
      String name, String description, ITypeConverter<Duration> reader) {
    return span(name, description, reader).build();
  }

  /// @param index `0`, or `0..*` for all from there on
  /// @param arity how many it takes: `1`, `0..1`, `1..*`
  public static PositionalParamSpec parameter(
      String index, String arity, String label, String description) {
    boolean many = arity.endsWith("*");
    PositionalParamSpec.Builder builder =
        PositionalParamSpec.builder()
            .index(index)
            .arity(arity)
            .required(!arity.startsWith("0"))
            .paramLabel(label)
            .description(description);
    return many
        ? builder.type(List.class).auxiliaryTypes(String.class).build()
        : builder.type(String.class).build();
  }

  private static OptionSpec.Builder span(
      String name, String description, ITypeConverter<Duration> reader) {
    return OptionSpec.builder(name)
        .type(Duration.class)
        .converters(reader)
        .paramLabel("DURATION")
        .description(description);
  }

  private static OptionSpec.Builder text(String name, String label, String description) {
    return OptionSpec.builder(name).type(String.class).paramLabel(label).description(description);
  }
}
