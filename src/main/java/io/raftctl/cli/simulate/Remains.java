package io.raftctl.cli.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import io.raftctl.simulation.Simulation.Shrunk;
import io.raftctl.simulation.SimulationFailure;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What is left of a run that broke a promise, in a file of its own that `scenario run` takes.
///
/// @param file as it is called where it lies
record Remains(String file, Script whole, Shrunk shrunk) {
  private static final int NAMES_MAX = 1_000;

  /// Writes the file; one that is there already is left alone, and another name taken.
  ///
  /// @throws IOException where it cannot be written
  static Remains write(Path directory, SimulationFailure failure, Shrunk shrunk)
      throws IOException {
    String base = "seed-" + failure.place().seed();
    String name = base + ".raft";
    for (int number = 2; Files.exists(directory.resolve(name)) && number < NAMES_MAX; number++) {
      name = base + "-" + number + ".raft"; // Somebody may still want the one that is there.
    }
    Remains remains = new Remains(name, failure.script(), shrunk);
    try {
      Files.write(
          directory.resolve(name), remains.lines(failure), UTF_8, StandardOpenOption.CREATE_NEW);
      return remains;
    } catch (IOException e) {
      throw new IOException("cannot write what is left of it to " + name + ": " + e, e);
    }
  }

  private List<String> lines(SimulationFailure failure) {
    List<String> lines = new ArrayList<>();
    lines.add("# Seed %d: %s".formatted(failure.place().seed(), failure.violation()));
    lines.add("# This is left of '" + failure.replay() + "'. It breaks the promise");
    lines.add("# and ends with exit code 1 until that is mended: raftctl scenario run " + file);
    lines.addAll(shrunk.script().lines());
    return lines;
  }

  /// In a line.
  String text() {
    return "Left of it: %s, of %s; the script: %s (%d runs)"
        .formatted(counts(shrunk.script()), counts(whole), file, shrunk.runs());
  }

  private static String counts(Script script) {
    return "%d nodes, %d requests, %d faults"
        .formatted(script.world().nodes(), requests(script), faults(script));
  }

  private static long requests(Script script) {
    return script.count(Act.Ask.class::isInstance);
  }

  private static long faults(Script script) {
    return script.count(act -> !(act instanceof Act.Ask));
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    json.put("file", file);
    json.put("runs", shrunk.runs());
    json.put("nodes", shrunk.script().world().nodes());
    json.put("requests", requests(shrunk.script()));
    json.put("faults", faults(shrunk.script()));
    return json;
  }
}
