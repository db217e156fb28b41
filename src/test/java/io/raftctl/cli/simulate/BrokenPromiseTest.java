package io.raftctl.cli.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.simulation.BrokenWorld;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What is told of a seed that breaks a promise.
class BrokenPromiseTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode run(String... arguments) throws IOException {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, false, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of(),
            Path.of("/"));
    SimulateCommand command = new SimulateCommand(BrokenWorld::run, BrokenWorld::shrink);
    new CommandLine(command.spec()).parseArgs(arguments);
    ExitCode code = command.run(command.output().report(console));
    console.out().flush();
    assertThat(err.toString(UTF_8)).isEmpty();
    return code;
  }

  @Test
  void aPersonReadsWhichPromiseWhatCameBeforeAndHowToSeeItAgain() throws IOException {
    assertThat(run("--seeds", "1000", "--nodes", "5")).isEqualTo(ExitCode.NEGATIVE);

    List<String> lines = out.toString(UTF_8).lines().toList();
    assertThat(lines.getFirst())
        .matches(
            "seed \\d+ broke a promise at step \\d+, after \\d+\\.\\d{3} simulated seconds: "
                + "(one vote|election safety): .*");
    String seed = lines.getFirst().split(" ")[1];
    assertThat(lines.getLast())
        .isEqualTo("To see it again: raftctl simulate --seed " + seed + " --nodes 5");
    for (int node = 1; node <= 5; node++) {
      String header = "Last at node " + node + ", which ";
      int at =
          IntStream.range(0, lines.size())
              .filter(line -> lines.get(line).startsWith(header))
              .findFirst()
              .orElseThrow();
      assertThat(lines.get(at + 1)).matches(" *\\d+\\.\\d{3} ms  .*");
    }
    assertThat(lines).anyMatch(line -> line.contains("  sends VoteReply to "));
  }

  @Test
  void aScriptReadsTheSame() throws IOException, JsonParserException {
    assertThat(run("--seeds", "1000", "-o", "json")).isEqualTo(ExitCode.NEGATIVE);

    JsonObject json = JsonParser.object().from(out.toString(UTF_8));
    assertThat(json.getLong("seed")).isEqualTo(1);
    long failed = json.getLong("failedSeed");
    assertThat(json.getLong("seeds")).isEqualTo(failed);
    assertThat(json.getString("invariant")).isIn("one vote", "election safety");
    assertThat(json.getString("violation")).startsWith(json.getString("invariant") + ": ");
    assertThat(json.getLong("failedStep")).isBetween(1L, json.getLong("steps"));
    assertThat(json.getLong("simulatedMicros"))
        .isGreaterThanOrEqualTo(json.getLong("failedMicros"));
    assertThat(json.getString("traceHash")).hasSize(16);
    assertThat(json.getString("replay")).isEqualTo("raftctl simulate --seed " + failed);
    assertThat(json.getArray("nodes")).isNotEmpty();
    JsonObject node = json.getArray("nodes").getObject(0);
    assertThat(node.getString("id")).isEqualTo("1");
    assertThat(node.getString("state")).isNotEmpty();
    assertThat(node.getArray("events")).isNotEmpty();
  }

  /// The command that is told shows the very same.
  @Test
  void theReplayBreaksAtTheSameStep() throws IOException, JsonParserException {
    run("--seeds", "1000", "--nodes", "5", "-o", "json");
    JsonObject first = JsonParser.object().from(out.toString(UTF_8));
    out.reset();

    String words = first.getString("replay").replace("raftctl simulate ", "");
    run((words + " -o json").split(" "));
    JsonObject again = JsonParser.object().from(out.toString(UTF_8));

    assertThat(again.getLong("failedStep")).isEqualTo(first.getLong("failedStep"));
    assertThat(again.getString("violation")).isEqualTo(first.getString("violation"));
    assertThat(again.getArray("nodes")).isEqualTo(first.getArray("nodes"));
  }
}
