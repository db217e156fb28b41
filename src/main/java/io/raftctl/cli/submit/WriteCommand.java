package io.raftctl.cli.submit;

import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.statemachine.store.CommandText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `put`, `del`, `cas` and `incr`: `submit` of the same name, with its words as parameters.
public final class WriteCommand implements Subcommand {
  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final String name;
  private final String does;
  private final String example;
  private final List<PositionalParamSpec> words;

  private WriteCommand(String name, String does, String example, PositionalParamSpec... words) {
    this.name = name;
    this.does = does;
    this.example = example;
    this.words = List.of(words);
  }

  public static WriteCommand put() {
    return new WriteCommand(
        "put",
        "Set a key to a value.",
        "raftctl put greeting \"hello, world\"",
        key(),
        Options.parameter("1", "1", "V", "The value."));
  }

  public static WriteCommand del() {
    return new WriteCommand(
        "del", "Remove a key. Exit code 1: there is none.", "raftctl del greeting", key());
  }

  public static WriteCommand cas() {
    return new WriteCommand(
        "cas",
        "Set a key to NEW if it holds OLD. Exit code 1: it does not; its value is printed.",
        "raftctl cas lock free taken",
        key(),
        Options.parameter("1", "1", "OLD", "The value it must hold."),
        Options.parameter("2", "1", "NEW", "The value it gets."));
  }

  public static WriteCommand incr() {
    return new WriteCommand(
        "incr",
        "Add to a number and print it; a missing key counts from 0.",
        "raftctl incr visits",
        key(),
        Options.parameter("1", "0..1", "N", "How much to add (default: 1)."));
  }

  private static PositionalParamSpec key() {
    return Options.parameter("0", "1", "K", "The key.");
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Options.command(name, does, "", "Example: " + example);
    words.forEach(spec::addPositional);
    return output.addTo(client.addTo(spec));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(name);
    for (PositionalParamSpec word : words) {
      String value = word.getValue();
      if (value != null) {
        command.add(value);
      }
    }
    return Submission.submit(client.client(report.console()), CommandText.join(command), report);
  }
}
