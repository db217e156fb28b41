package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.Shell.Run;
import io.raftctl.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a person or a script asks of simulated worlds, and hears.
class SimulateCommandTest {
  private final Shell shell = new Shell(Map.of());

  @Test
  void tellsWhatTheSeedsCameTo() {
    Run run = shell.run("simulate", "--seeds", "3");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .startsWith("3 seeds, ")
        .contains(": all promises kept\ntrace ", " of CPU\nreached ");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theSameSeedHasTheSameTrace() {
    JsonObject run = shell.run("simulate", "--seed", "7", "-o", "json").json();

    assertThat(run.getLong("seed")).isEqualTo(7);
    assertThat(run.getLong("seeds")).isEqualTo(1);
    assertThat(run.getLong("steps")).isPositive();
    assertThat(run.getLong("simulatedMicros")).isPositive();
    assertThat(run).doesNotContainKey("violation");
    assertThat(shell.run("simulate", "--seed", "7", "-o", "json").json().getString("traceHash"))
        .isEqualTo(run.getString("traceHash"));
  }

  @Test
  void beginsNoSeedOnceTheTimeIsOver() {
    JsonObject short1 = shell.run("simulate", "--time", "1ms", "-o", "json").json();
    assertThat(short1.getLong("seed")).isEqualTo(1);
    assertThat(short1.getLong("seeds")).isEqualTo(1);

    JsonObject on = shell.run("simulate", "--time", "1ms", "--seed", "7", "-o", "json").json();
    assertThat(on.getLong("seed")).isEqualTo(7);
    JsonObject longer = shell.run("simulate", "--time", "3s", "-o", "json").json();
    assertThat(longer.getLong("seeds")).isGreaterThan(1);
    assertThat(longer.getDouble("wallSeconds")).isGreaterThan(3);
  }

  @Test
  void worldsHaveTheSizeThatWasChosen() {
    String drawn = trace("--seed", "7");
    String three = trace("--seed", "7", "--nodes", "3");
    String seven = trace("--seed", "7", "--nodes", "7");

    assertThat(drawn).isNotEqualTo(seven);
    assertThat(three).isNotEqualTo(seven);
    assertThat(trace("--seed", "7", "--nodes", "7")).isEqualTo(seven);
  }

  private String trace(String... options) {
    String[] words = new String[options.length + 3];
    words[0] = "simulate";
    System.arraycopy(options, 0, words, 1, options.length);
    words[options.length + 1] = "-o";
    words[options.length + 2] = "json";
    return shell.run(words).json().getString("traceHash");
  }

  @Test
  void faultsAreThoseThatWereNamed() {
    String rings = trace("--seed", "7", "--nemesis", "partition");
    String storms = trace("--seed", "7", "--nemesis", "crash-storm");

    assertThat(rings).isNotEqualTo(storms).isNotEqualTo(trace("--seed", "7"));
    assertThat(trace("--seed", "7", "--nemesis", "partition")).isEqualTo(rings);
  }

  @Test
  void saysWhatWasReached() {
    Run text = shell.run("simulate", "--seeds", "3");
    assertThat(text.out())
        .containsPattern(
            "\nreached \\d+ pairs of role, input and outcome, \\d+ of \\d+ marks, \\d+ states\n");

    JsonObject coverage =
        shell.run("simulate", "--seeds", "3", "-o", "json").json().getObject("coverage");
    assertThat(coverage.getInt("pairs")).isGreaterThan(20);
    assertThat(coverage.getInt("states")).isGreaterThan(20);
    assertThat(coverage.getInt("marks") + coverage.getArray("marksMissed").size())
        .isEqualTo(coverage.getInt("marksKnown"));
  }

  @Test
  void theTraceTellsEventByEvent(@TempDir Path folder) throws IOException {
    Shell there = new Shell(InputStream.nullInputStream(), Map.of(), folder);
    Run run =
        there.run("simulate", "--seed", "7", "--nodes", "3", "--trace", "trace.txt", "-o", "json");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.json().getString("traceHash")).isEqualTo(trace("--seed", "7", "--nodes", "3"));
    List<String> lines = Files.readAllLines(folder.resolve("trace.txt"));
    assertThat(lines).allMatch(line -> line.matches(" *\\d+\\.\\d{3} ms  \\S.*"));
    assertThat(lines).anyMatch(line -> line.contains(" is leader of term "));
    assertThat(lines).anyMatch(line -> line.contains(" sends AppendEntries to "));
    assertThat(lines).anyMatch(line -> line.contains(" hears AppendAccepted from "));
    assertThat(lines).anyMatch(line -> line.matches(".* client \\d+ +asks put k\\d .*"));
    assertThat(lines).anyMatch(line -> line.contains(" has committed up to "));
  }

  /// Another judge, who knows nothing of this world, comes to the same verdict.
  @Test
  void theHistoryIsLinearizable(@TempDir Path folder) throws IOException {
    Shell there = new Shell(InputStream.nullInputStream(), Map.of(), folder);
    there.run("simulate", "--seed", "7", "--history", "one.jsonl");
    Run many = there.run("simulate", "--seeds", "5", "--history", "five.jsonl");

    assertThat(many.code()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(folder.resolve("one.jsonl"))).contains("\"key\":\"k0\"");
    assertThat(Files.readString(folder.resolve("five.jsonl")))
        .contains("\"key\":\"1/k0\"", "\"key\":\"5/k0\"");
    for (String file : List.of("one.jsonl", "five.jsonl")) {
      assertThat(there.run("check", file).out()).startsWith("linearizable: ");
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsTold() {
    Run run = shell.run("simulate", "--seed", "7", "--history", "/no/such/folder/h.jsonl");

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .startsWith("raftctl: cannot write /no/such/folder/h.jsonl: NoSuchFile")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nodes 0             | simulate: --nodes: '0' is not a whole number from 1 to 7",
        "--nodes 8             | simulate: --nodes: '8' is not a whole number from 1 to 7",
        "--nodes x             | simulate: --nodes: 'x' is not a whole number from 1 to 7",
        "--seeds 0             | simulate: --seeds: '0' is not a whole number from 1 to 1000000000",
        "--seeds -3            | simulate: --seeds: '-3' is not a whole number from 1 to",
        "--seed 1.5            | simulate: --seed: '1.5' is not a whole number from -922337203685",
        "--time 0s             | simulate: '0s' is not a duration from 1ms to 24h",
        "--time 25h            | simulate: '25h' is not a duration from 1ms to 24h",
        "--nemesis fire        | simulate: 'fire' is no nemesis; there are partition,"
            + " flapping-lead",
        "--nemesis none,bit-rot | simulate: 'none' leaves no place for another nemesis",
        "--trace t             | --trace is for one seed only; give --seed, and no --time",
        "--seed 1 --time 1s --trace t | --trace is for one seed only; give --seed, and no --time",
        "--seed 1 --seeds 2    | --seed and --seeds exclude each other; give one of them",
        "--seeds 2 --time 1s   | --seeds and --time exclude each other; give one of them",
      })
  void nonsenseIsToldWithTheRange(String line, String message) {
    Run run = shell.run(("simulate " + line).split(" +"));

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("raftctl: " + message).hasLineCount(1);
  }
}
