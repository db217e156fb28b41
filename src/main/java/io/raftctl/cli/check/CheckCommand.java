package io.raftctl.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.linearizability.Checker;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Verdict;
import io.raftctl.linearizability.format.HistoryException;
import io.raftctl.linearizability.format.HistoryFormat;
import io.raftctl.linearizability.model.Models;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `check`: whether a history is linearizable.
public final class CheckCommand implements Subcommand {
  private final PositionalParamSpec file =
      Options.parameter("0", "1", "HISTORY", "The file with the history.");
  private final OptionSpec model =
      Options.option(
          "--model",
          "MODEL",
          "What the clients used: " + Models.words() + " (default: what knows all they did).");
  private final OptionSpec format =
      Options.option(
          "--format",
          "FORMAT",
          "How it is written: " + HistoryFormat.words() + " (default: as it looks).");
  private final OptionSpec time =
      Options.duration("--time", "Give up after this time (default: never).");
  private final OptionSpec html =
      Options.option(
          "--html",
          "FILE",
          "Where to draw what is not linearizable (default: HISTORY's name and .html, here).");
  private final OutputOptions output = new OutputOptions();

  /// A command line or a file that makes no sense.
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    final boolean misused;
    final String hint;

    Refusal(boolean misused, String message, String hint) {
      super(message);
      this.misused = misused;
      this.hint = hint;
    }
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "check",
            "Judge what clients did and heard: is there an order of all operations, each between"
                + " its call and its return, that explains every answer?",
            "",
            "Keys are judged apart. An operation whose outcome nobody knows may happen at any"
                + " later",
            "time, or never. What is not linearizable is drawn as a page for a browser.",
            "docs/histories.md has the formats and the models.",
            "",
            "Exit codes: 0 linearizable; 1 not linearizable; 4 not known, as time or memory ran"
                + " out;",
            "6 a history that cannot be read.",
            "",
            "Examples:",
            "  raftctl check history.jsonl",
            "  raftctl check --model register --time 1m etcd_042.log",
            "  raftctl check --format jepsen-edn -o json store/latest/history.edn");
    spec.addPositional(file);
    spec.addOption(model).addOption(format).addOption(time).addOption(html);
    return output.addTo(spec);
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    String name = file.getValue();
    try {
      History history = read(report.console().directory().resolve(name), name);
      Models judged = model(history);
      CheckReport to = new CheckReport(report, name, history, judged, page(report, name));
      long start = System.nanoTime();
      Verdict verdict = judge(history, judged);
      return to.tell(verdict, Duration.ofNanos(System.nanoTime() - start));
    } catch (Refusal refusal) {
      String message = String.valueOf(refusal.getMessage());
      return refusal.misused
          ? report.misused(message, refusal.hint)
          : report.failed(message, refusal.hint);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return report.failed("interrupted", "");
    }
  }

  private Path page(Report report, String name) {
    String given = html.getValue();
    Path directory = report.console().directory();
    return directory.resolve(given == null ? Path.of(name).getFileName() + ".html" : given);
  }

  private Verdict judge(History history, Models judged) throws InterruptedException {
    Runtime machine = Runtime.getRuntime();
    Duration limit = time.getValue();
    long deadline = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
    BooleanSupplier expired = limit == null ? () -> false : () -> System.nanoTime() - deadline >= 0;
    Checker checker = new Checker(machine.availableProcessors(), machine.maxMemory() / 2);
    return checker.judge(judged.model(), history.operations(), expired);
  }

  private History read(Path path, String name) throws Refusal {
    try {
      String text = Files.readString(path, UTF_8);
      return format(text).read(text);
    } catch (HistoryException e) {
      throw new Refusal(
          false, name + ": " + e.getMessage(), "see docs/histories.md, or give another --format");
    } catch (NoSuchFileException e) {
      throw new Refusal(false, "there is no file " + name, "give the file with the history");
    } catch (CharacterCodingException e) {
      throw new Refusal(false, name + " is no text in UTF-8", "give the file with the history");
    } catch (IOException e) {
      throw new Refusal(false, "cannot read " + name + ": " + e.getMessage(), "");
    }
  }

  private HistoryFormat format(String text) throws HistoryException, Refusal {
    String word = format.getValue();
    if (word == null) {
      return HistoryFormat.of(text);
    }
    HistoryFormat named = HistoryFormat.named(word);
    if (named == null) {
      throw new Refusal(true, "there is no format " + word, "give one of " + HistoryFormat.words());
    }
    return named;
  }

  private Models model(History history) throws Refusal {
    Set<Function> functions = EnumSet.noneOf(Function.class);
    boolean lists = false;
    for (Operation operation : history.operations()) {
      functions.add(operation.function());
      lists |= operation.function() == Function.GET && operation.out().isList();
    }
    String word = model.getValue();
    @Nullable Models fit = word == null ? Models.fit(functions, lists) : Models.named(word);
    if (fit == null) {
      throw word == null
          ? new Refusal(false, "no one model knows all of " + functions, "see docs/histories.md")
          : new Refusal(true, "there is no model " + word, "give one of " + Models.words());
    }
    for (Function function : functions) {
      if (!fit.knows(function)) {
        throw new Refusal(
            true,
            "the model " + fit.word() + " knows no " + function.word(),
            "give another --model: " + Models.words());
      }
    }
    return fit;
  }
}
