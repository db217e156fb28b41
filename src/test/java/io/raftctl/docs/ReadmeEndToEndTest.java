package io.raftctl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.ProcessRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The README shows what its commands print. The commands of all its `console` blocks run in one
/// shell, and what they print must be what stands there, but for numbers and ids.
///
/// `-Dreadme.update` writes what was printed into the README instead; then read it.
@Timeout(300)
class ReadmeEndToEndTest {
  private static final Path BASE = Path.of(System.getProperty("raftctl.basedir"));
  private static final String MARK = "--- command ";

  /// All commands together: half a minute on a machine that has nothing else to do.
  private static final Duration ALL_MAX = Duration.ofMinutes(4);

  /// One command with what the README says that it prints.
  private record Step(List<String> source, List<String> output) {
    /// As the shell reads it, without the prompts.
    String command() {
      return String.join("\n", source.stream().map(line -> line.substring(2)).toList());
    }
  }

  @TempDir private Path folder;

  @AfterEach
  void endWhatIsLeft() throws Exception {
    for (String name : List.of("demo", "grow")) {
      if (Files.exists(folder.resolve("raftctl-data").resolve(name))) {
        order("dist/raftctl", "local-cluster", "stop", name).run();
      }
    }
  }

  @Test
  void theReadmeShowsWhatItsCommandsPrint() throws Exception {
    Path readme = BASE.resolve("README.md");
    List<String> lines = Files.readAllLines(readme);
    List<Step> steps = steps(lines);
    List<List<String>> printed = run(steps);
    if (System.getProperty("readme.update") != null) {
      Files.write(readme, updated(lines, steps, printed));
    }
    assertThat(steps).hasSizeGreaterThan(10);
    for (int i = 0; i < steps.size(); i++) {
      assertThat(shape(printed.get(i)))
          .as(steps.get(i).command())
          .isEqualTo(shape(steps.get(i).output()));
    }
  }

  private static List<Step> steps(List<String> lines) {
    List<Step> steps = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        inside = line.equals("```console");
      } else if (inside && line.startsWith("$ ")) {
        steps.add(new Step(new ArrayList<>(List.of(line)), new ArrayList<>()));
      } else if (inside && line.startsWith("> ")) {
        steps.getLast().source().add(line);
      } else if (inside) {
        steps.getLast().output().add(line);
      }
    }
    return steps;
  }

  private List<List<String>> run(List<Step> steps) throws Exception {
    Files.createSymbolicLink(folder.resolve("dist"), BASE.resolve("dist"));
    StringBuilder script = new StringBuilder("export PATH=\"$PWD/dist:$PATH\"\nexec 2>&1\n");
    script.append("trap 'kill $(jobs -p) 2>/dev/null' EXIT\n");
    for (int i = 0; i < steps.size(); i++) {
      script.append("echo '" + MARK + i + "'\n").append(steps.get(i).command()).append('\n');
    }
    Path file = Files.writeString(folder.resolve("readme.sh"), script);
    ProcessRun run = order("bash", file.toString()).run(ALL_MAX);
    List<List<String>> printed = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      if (line.startsWith(MARK)) {
        printed.add(new ArrayList<>());
      } else {
        printed.getLast().add(line.replace(folder.toRealPath().toString(), "/home/you/raftctl"));
      }
    }
    return printed;
  }

  private ProcessRun.Order order(String... command) {
    return ProcessRun.Order.of(folder, command)
        .with("XDG_STATE_HOME", folder.resolve("state").toString());
  }

  private static List<String> updated(
      List<String> lines, List<Step> steps, List<List<String>> printed) {
    List<String> updated = new ArrayList<>();
    int step = -1;
    boolean inside = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        inside = line.equals("```console");
        updated.add(line);
      } else if (!inside) {
        updated.add(line);
      } else if (line.startsWith("$ ")) {
        step++;
        updated.addAll(steps.get(step).source());
        updated.addAll(printed.get(step));
      }
    }
    return updated;
  }

  /// Numbers, ids, the width of columns and which node leads or is cut off differ from run to run.
  private static List<String> shape(List<String> lines) {
    List<String> shape =
        lines.stream()
            .map(line -> line.replaceAll("[0-9a-f]{16}", "#").replaceAll("[0-9]+", "#"))
            .map(line -> line.replaceAll("(leader|follower|(pre-)?candidate)", "ROLE"))
            .map(line -> line.replaceAll(" +", " ").stripTrailing())
            .toList();
    boolean table = shape.stream().anyMatch(line -> line.startsWith("ID ADDRESS "));
    return table ? shape.stream().sorted().toList() : shape;
  }
}
