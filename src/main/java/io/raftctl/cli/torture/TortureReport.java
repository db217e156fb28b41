package io.raftctl.cli.torture;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Table;
import io.raftctl.torture.Ending;
import io.raftctl.torture.Fault;
import io.raftctl.torture.Plan;
import io.raftctl.torture.Round;
import io.raftctl.torture.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Prints a line a round while it runs, and at the end what the rounds of each fault come to; or
/// one object of JSON at the end.
final class TortureReport {
  private final Report report;
  private final Plan plan;
  private final List<Round> rounds = new ArrayList<>();

  TortureReport(Report report, Plan plan) {
    this.report = report;
    this.plan = plan;
  }

  /// A round that kept every promise.
  void round(Round round) {
    rounds.add(round);
    if (!report.json()) {
      report.line(
          "round %d: %s, %d %s; %s; longest wait %d ms, took %.1f s"
              .formatted(
                  round.number(),
                  round.deed(),
                  round.effects(),
                  round.fault().effect(),
                  words(round.commands()),
                  round.longestGap().toMillis(),
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
          report.line(
              "seed %d, %d rounds, %s: nothing lost, nothing applied twice"
                  .formatted(plan.seed(), rounds.size(), words(sum(rounds))));
        }
        yield ExitCode.DONE;
      }
      case Ending.Broken(int number, String what, var evidence) ->
          report.negative(
              "violation",
              "round " + number + ": " + what,
              "data and logs are in %s; the same faults again: raftctl torture --seed %d"
                  .formatted(evidence, plan.seed()));
    };
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
          Long.toString(longestGap(its).toMillis()));
    }
    return table;
  }

  private JsonObject json(Ending ending) {
    JsonObject json = new JsonObject();
    json.put("seed", plan.seed());
    json.put("roundsKept", rounds.size());
    put(json, sum(rounds));
    json.put("longestGapMillis", longestGap(rounds).toMillis());
    json.put("violation", ending instanceof Ending.Broken broken ? broken.what() : null);
    JsonArray list = new JsonArray();
    for (Round round : rounds) {
      JsonObject one = new JsonObject();
      one.put("round", round.number());
      one.put("nemesis", round.fault().word());
      one.put("deed", round.deed());
      one.put("effects", round.effects());
      put(one, round.commands());
      one.put("longestGapMillis", round.longestGap().toMillis());
      one.put("tookMillis", round.took().toMillis());
      list.add(one);
    }
    json.put("rounds", list);
    return json;
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

  private static Duration longestGap(List<Round> rounds) {
    return rounds.stream()
        .map(Round::longestGap)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }
}
