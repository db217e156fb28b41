package io.raftctl.cli.torture;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Table;
import io.raftctl.client.Problem;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Verdict;
import io.raftctl.linearizability.page.Page;
import io.raftctl.torture.Ending;
import io.raftctl.torture.Evidence;
import io.raftctl.torture.Listener;
import io.raftctl.torture.Plan;
import io.raftctl.torture.Round;
import io.raftctl.torture.count.Tally;
import io.raftctl.torture.nemesis.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Prints a line a round while it runs, and at the end what the rounds of each fault come to; or
/// one object of JSON at the end.
final class TortureReport implements Listener {
  private final Report report;
  private final Plan plan;
  private final String target;
  private final @Nullable HistoryFile histories;
  private final List<Round> rounds = new ArrayList<>();

  /// @param target the options that name the cluster, with a space before; empty where it is the
  ///   run's own
  /// @param histories where what clients asked and heard is written, if anywhere
  TortureReport(Report report, Plan plan, String target, @Nullable HistoryFile histories) {
    this.report = report;
    this.plan = plan;
    this.target = target;
    this.histories = histories;
  }

  List<Round> rounds() {
    return rounds;
  }

  @Override
  public void history(History history) {
    if (histories != null) {
      histories.add(history);
    }
  }

  @Override
  public void round(Round round) {
    rounds.add(round);
    if (!report.json()) {
      report.line(
          "round %d: %s, %d %s; %s; %s of %d operations judged; longest wait %d ms, took %.1f s"
              .formatted(
                  round.number(),
                  round.deed(),
                  round.effects(),
                  round.fault().effect(),
                  words(round.commands()),
                  plan.workload().word(),
                  round.operations(),
                  round.gap().length().toMillis(),
                  round.took().toMillis() / 1e3));
      report.console().out().flush();
    }
  }

  ExitCode tell(Ending ending) {
    if (report.json()) {
      report.line(json(ending));
    } else {
      table().lines().forEach(report::line);
    }
    return switch (ending) {
      case Ending.Kept _ -> {
        if (!report.json()) {
          futile().forEach(report::line);
          report.line(
              "seed %d, %d rounds, %s: nothing lost, nothing applied twice"
                  .formatted(plan.seed(), rounds.size(), words(sum(rounds))));
          report.line(
              "%d operations of the %s workload: linearizable, every round of them"
                  .formatted(
                      rounds.stream().mapToInt(Round::operations).sum(), plan.workload().word()));
        }
        yield ExitCode.DONE;
      }
      case Ending.Broken(int number, String what, Evidence evidence) ->
          report.negative("violation", "round " + number + ": " + what, again(evidence));
      case Ending.NotLinearizable it -> tell(it);
      case Ending.Undecided(int number, Verdict.Unknown unknown, Evidence evidence) -> {
        report.fail(
            new Problem(
                Problem.Code.INDETERMINATE,
                "round %d: whether the answers about %s can be explained is unknown: %s ran out"
                    .formatted(
                        number, unknown.key(), unknown.lack().name().toLowerCase(Locale.ROOT)),
                evidence.words() + "; use a lower --rate"));
        yield ExitCode.INDETERMINATE;
      }
    };
  }

  private ExitCode tell(Ending.NotLinearizable ending) {
    Path directory = ending.evidence().directory();
    Path page = directory.resolve("history.html");
    Path lines = directory.resolve("history.jsonl");
    try {
      Files.createDirectories(directory);
      write(ending, page, lines);
    } catch (IOException | UncheckedIOException e) {
      report.failed("the history of the round cannot be written to " + lines + ": " + e, "");
    }
    return report.negative(
        "violation",
        "round %d: %s; drawn in %s".formatted(ending.round(), what(ending.illegal()), page),
        again(ending.evidence()));
  }

  private static void write(Ending.NotLinearizable ending, Path page, Path lines)
      throws IOException {
    try (HistoryFile file = new HistoryFile(lines)) {
      file.add(ending.history());
    }
    String source = "round " + ending.round();
    Files.writeString(page, Page.of(source, ending.history(), ending.illegal()));
  }

  private static String what(Verdict.Illegal illegal) {
    return "no order of the operations on %s explains what client %s was told: %s"
        .formatted(illegal.key(), illegal.unexplained().client(), illegal.unexplained());
  }

  private String again(Evidence evidence) {
    return "%s; the same faults again: raftctl torture --seed %d%s"
        .formatted(evidence.words(), plan.seed(), target);
  }

  /// A line about each fault that has never taken hold.
  private List<String> futile() {
    return plan.faults().stream()
        .filter(fault -> rounds.stream().anyMatch(round -> round.fault() == fault))
        .filter(fault -> effects(rounds.stream().filter(it -> it.fault() == fault).toList()) == 0)
        .map(fault -> fault.word() + " never took hold, so its rounds prove nothing")
        .toList();
  }

  private static String words(Tally commands) {
    return "%d acknowledged, %d refused, %d in doubt"
        .formatted(commands.acknowledged(), commands.refused(), commands.doubtful());
  }

  private Table table() {
    Table table =
        new Table(
            "NEMESIS", "ROUNDS", "TOOK HOLD", "ACKNOWLEDGED", "REFUSED", "IN DOUBT", "LONGEST MS");
    for (Fault fault : plan.faults()) {
      List<Round> its = rounds.stream().filter(round -> round.fault() == fault).toList();
      Tally commands = sum(its);
      table.row(
          fault.word(),
          Integer.toString(its.size()),
          effects(its) + " " + fault.effect(),
          Long.toString(commands.acknowledged()),
          Long.toString(commands.refused()),
          Long.toString(commands.doubtful()),
          Long.toString(gap(its).toMillis()));
    }
    return table;
  }

  private JsonObject json(Ending ending) {
    JsonObject json = new JsonObject();
    json.put("seed", plan.seed());
    json.put("roundsKept", rounds.size());
    put(json, sum(rounds));
    json.put("longestGapMillis", gap(rounds).toMillis());
    json.put("workload", plan.workload().word());
    json.put("operations", rounds.stream().mapToInt(Round::operations).sum());
    json.put("violation", violation(ending));
    JsonArray list = new JsonArray();
    for (Round round : rounds) {
      JsonObject one = new JsonObject();
      one.put("round", round.number());
      one.put("nemesis", round.fault().word());
      one.put("deed", round.deed());
      one.put("effects", round.effects());
      put(one, round.commands());
      one.put("operations", round.operations());
      one.put("unknown", round.unknown());
      one.put("longestGapMillis", round.gap().length().toMillis());
      one.put("tookMillis", round.took().toMillis());
      list.add(one);
    }
    json.put("rounds", list);
    return json;
  }

  private static @Nullable String violation(Ending ending) {
    return switch (ending) {
      case Ending.Kept _, Ending.Undecided _ -> null;
      case Ending.Broken broken -> broken.what();
      case Ending.NotLinearizable it -> what(it.illegal());
    };
  }

  private static void put(JsonObject json, Tally commands) {
    json.put("acknowledged", commands.acknowledged());
    json.put("refused", commands.refused());
    json.put("inDoubt", commands.doubtful());
  }

  private static Tally sum(List<Round> rounds) {
    return rounds.stream().map(Round::commands).reduce(Tally.NONE, Tally::plus);
  }

  private static long effects(List<Round> rounds) {
    return rounds.stream().mapToLong(Round::effects).sum();
  }

  private static Duration gap(List<Round> rounds) {
    return rounds.stream()
        .map(round -> round.gap().length())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }
}
