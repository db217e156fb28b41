package io.raftctl.cli.torture;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.page.DataPage;
import io.raftctl.torture.Plan;
import io.raftctl.torture.Round;
import io.raftctl.torture.chart.Span;
import io.raftctl.torture.chart.Timeline;
import java.util.List;

/// Draws a run as a page that needs nothing but itself: answers and latency over time, each fault
/// as a band, the first answer of each term, and the longest wait of each round.
final class TortureChart {
  private TortureChart() {}

  /// The page as HTML.
  ///
  /// @param verdict how it ended, in a few words
  static String of(Plan plan, List<Round> rounds, Timeline timeline, String verdict) {
    JsonObject data = new JsonObject();
    data.put("seed", plan.seed());
    data.put("workload", plan.workload().word());
    data.put("verdict", verdict);
    data.put("rounds", new JsonArray(rounds.stream().map(TortureChart::round).toList()));
    data.put(
        "leaders",
        new JsonArray(
            timeline.leaderChanges().stream().map(it -> array(it.at(), it.term())).toList()));
    data.put(
        "points",
        new JsonArray(
            timeline.points().stream()
                .map(
                    it ->
                        array(
                            it.at(),
                            it.answers(),
                            it.medianMicros(),
                            it.p99Micros(),
                            it.maxMicros()))
                .toList()));
    return DataPage.of(TortureChart.class, "torture.html", data);
  }

  private static JsonObject round(Round round) {
    JsonObject json = new JsonObject();
    json.put("number", round.number());
    json.put("nemesis", round.fault().word());
    json.put("deed", round.deed());
    json.put("effects", round.effects() + " " + round.fault().effect());
    json.put("load", span(round.load()));
    json.put("broken", span(round.broken()));
    json.put("gap", span(round.gap()));
    json.put("acknowledged", round.commands().acknowledged());
    json.put("refused", round.commands().refused());
    json.put("inDoubt", round.commands().doubtful());
    json.put("operations", round.operations());
    return json;
  }

  private static JsonArray span(Span span) {
    return array(span.begin(), span.end());
  }

  private static JsonArray array(Object... items) {
    return new JsonArray(List.of(items));
  }
}
