package io.raftctl.docs;

import io.raftctl.testing.Launcher;
import io.raftctl.testing.ProcessRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;

/// A text with `console` blocks: commands, each behind a `$`, and what they print. All of them run
/// in one shell, in a folder of their own, and must print what stands there.
///
/// Numbers and ids differ from run to run, the width of columns, and which node leads or is cut
/// off. In a block that says `console exact` only ids may.
final class ConsoleText {
  private static final Path BASE = Path.of(System.getProperty("raftctl.basedir"));
  private static final String MARK = "--- command ";

  /// One command with what the text says that it prints.
  private record Step(List<String> source, List<String> output, boolean exact) {
    /// As the shell reads it, without the prompts.
    String command() {
      return String.join("\n", source.stream().map(line -> line.substring(2)).toList());
    }
  }

  private final Path file;
  private final List<String> lines;
  private final List<Step> steps;

  ConsoleText(Path file) throws Exception {
    this.file = file;
    lines = Files.readAllLines(file);
    steps = steps(lines);
  }

  int commands() {
    return steps.size();
  }

  /// Runs it in an empty folder, which must last until [#end].
  ///
  /// `-Dreadme.update` writes what was printed into the text instead; then read it.
  void check(Path folder, Duration most) throws Exception {
    List<List<String>> printed = run(folder, most);
    if (System.getProperty("readme.update") != null) {
      Files.write(file, updated(printed));
    }
    SoftAssertions all = new SoftAssertions();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      List<String> now = i < printed.size() ? printed.get(i) : List.of("(not reached)");
      all.assertThat(shape(now, step.exact))
          .as(step.command())
          .isEqualTo(shape(step.output, step.exact));
    }
    all.assertAll();
  }

  /// Ends the clusters that the text may have left behind.
  static void end(Path folder, List<String> clusters) throws Exception {
    for (String name : clusters) {
      if (Files.exists(folder.resolve("raftctl-data").resolve(name))) {
        order(folder, "dist/raftctl", "local-cluster", "stop", name).run();
      }
    }
  }

  private static List<Step> steps(List<String> lines) {
    List<Step> steps = new ArrayList<>();
    boolean inside = false;
    boolean exact = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        inside = line.startsWith("```console");
        exact = line.equals("```console exact");
      } else if (inside && line.startsWith("$ ")) {
        steps.add(new Step(new ArrayList<>(List.of(line)), new ArrayList<>(), exact));
      } else if (inside && line.startsWith("> ")) {
        steps.getLast().source().add(line);
      } else if (inside) {
        steps.getLast().output().add(line);
      }
    }
    return steps;
  }

  private List<List<String>> run(Path folder, Duration most) throws Exception {
    Files.createSymbolicLink(folder.resolve("dist"), BASE.resolve("dist"));
    StringBuilder script = new StringBuilder("export PATH=\"$PWD/dist:$PATH\"\nexec 2>&1\n");
    script.append("trap 'kill $(jobs -p) 2>/dev/null' EXIT\n");
    for (int i = 0; i < steps.size(); i++) {
      script.append("echo '" + MARK + i + "'\n").append(steps.get(i).command()).append('\n');
    }
    Path shell = Files.writeString(folder.resolve("commands.sh"), script);
    ProcessRun run = order(folder, "bash", shell.toString()).run(most);
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

  private static ProcessRun.Order order(Path folder, String... command) {
    return ProcessRun.Order.of(folder, command)
        .with(Launcher.environment())
        .with("XDG_STATE_HOME", folder.resolve("state").toString());
  }

  private List<String> updated(List<List<String>> printed) {
    List<String> updated = new ArrayList<>();
    int step = -1;
    boolean inside = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        inside = line.startsWith("```console");
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

  private static List<String> shape(List<String> lines, boolean exact) {
    List<String> shape =
        lines.stream()
            .map(line -> line.replaceAll("[0-9a-f]{16}", "#"))
            .map(line -> exact ? line : line.replaceAll("[0-9]+", "#"))
            .map(line -> line.replaceAll("(leader|follower|(pre-)?candidate)", "ROLE"))
            .map(line -> line.replaceAll(" +", " ").stripTrailing())
            .toList();
    boolean table = shape.stream().anyMatch(line -> line.startsWith("ID ADDRESS "));
    return table ? shape.stream().sorted().toList() : shape;
  }
}
