package io.raftctl.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A process that has ended: its exit code and what it wrote.
///
/// @param exit the exit code, 128 + n after signal n
/// @param out all of standard output
/// @param err all of standard error
public record ProcessRun(int exit, String out, String err) {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /// What is to be run: the command, its folder, what differs in its environment, its input.
  ///
  /// @param environment added to ours; an empty value removes the variable
  public record Order(
      List<String> command, Path folder, Map<String, String> environment, String input) {

    /// Runs a command in a folder, in our environment and without input.
    public static Order of(Path folder, String... command) {
      return new Order(List.of(command), folder, new TreeMap<>(), "");
    }

    /// The same with one variable more.
    public Order with(String variable, String value) {
      TreeMap<String, String> more = new TreeMap<>(environment);
      more.put(variable, value);
      return new Order(command, folder, more, input);
    }

    /// The same with some variables more.
    public Order with(Map<String, String> variables) {
      TreeMap<String, String> more = new TreeMap<>(environment);
      more.putAll(variables);
      return new Order(command, folder, more, input);
    }

    /// The same with text on standard input.
    public Order reading(String text) {
      return new Order(command, folder, environment, text);
    }

    /// Starts it and waits for its end; kills it and fails after a minute.
    public ProcessRun run() throws IOException, InterruptedException {
      return run(DEADLINE);
    }

    /// Starts it and waits for its end; kills it and fails where it takes longer than that.
    public ProcessRun run(Duration atMost) throws IOException, InterruptedException {
      return all(List.of(this), atMost).getFirst();
    }
  }

  /// Starts all of them at once and waits for them.
  public static List<ProcessRun> all(List<Order> orders) throws IOException, InterruptedException {
    return all(orders, DEADLINE);
  }

  private static List<ProcessRun> all(List<Order> orders, Duration atMost)
      throws IOException, InterruptedException {
    List<Path> files = new ArrayList<>();
    List<Process> processes = new ArrayList<>();
    try {
      for (Order order : orders) {
        Path out = Files.createTempFile("raftctl-test", ".out");
        Path err = Files.createTempFile("raftctl-test", ".err");
        files.addAll(List.of(out, err));
        processes.add(start(order, out, err));
      }
      List<ProcessRun> runs = new ArrayList<>();
      for (int i = 0; i < processes.size(); i++) {
        Process process = processes.get(i);
        boolean ended = process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS);
        String out = Files.readString(files.get(2 * i));
        String err = Files.readString(files.get(2 * i + 1));
        if (!ended) {
          throw new AssertionError("still running: " + orders.get(i) + "\n" + out + "\n" + err);
        }
        runs.add(new ProcessRun(process.exitValue(), out, err));
      }
      return runs;
    } finally {
      for (Process process : processes) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  // Into files, because a pipe that nobody reads stops the process when it is full.
  private static Process start(Order order, Path out, Path err) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(order.command())
            .directory(order.folder().toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    for (Map.Entry<String, String> variable : order.environment().entrySet()) {
      if (variable.getValue().isEmpty()) {
        builder.environment().remove(variable.getKey());
      } else {
        builder.environment().put(variable.getKey(), variable.getValue());
      }
    }
    Process process = builder.start();
    try (var in = process.outputWriter()) {
      in.write(order.input());
    } catch (IOException e) {
      // A process that does not want all its input is none of our concern.
      assert !order.input().isEmpty() : "closing an empty input does not fail";
    }
    return process;
  }
}
