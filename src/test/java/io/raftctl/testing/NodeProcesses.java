package io.raftctl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A folder in which the launcher runs nodes, and the commands of a shell that talk to them.
///
/// A node has a name; what it writes is in `NAME.out` and `NAME.err`, and `NAME.ready` is there
/// when it serves.
public final class NodeProcesses {
  private final Path folder;
  private final List<String> endpoints;
  private final List<Process> processes = new ArrayList<>();

  /// @param endpoints where the commands look for the cluster
  public NodeProcesses(Path folder, List<String> endpoints) {
    this.folder = folder;
    this.endpoints = List.copyOf(endpoints);
  }

  /// What `--peers` says of nodes 1, 2, … that listen there.
  public static String peers(List<String> addresses) {
    return IntStream.range(0, addresses.size())
        .mapToObj(i -> (i + 1) + "=" + addresses.get(i))
        .collect(Collectors.joining(","));
  }

  /// Runs `raftctl node` and returns when it serves.
  public Process start(String name, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("node", "--ready-file=" + name + ".ready"));
    arguments.addAll(List.of(options));
    return start(name, command(arguments.toArray(String[]::new)));
  }

  /// Runs what is a node in the end and writes that ready file, and returns when it serves.
  public Process start(String name, Order order) throws Exception {
    Path ready = folder.resolve(name + ".ready");
    Files.deleteIfExists(ready);
    ProcessBuilder builder =
        new ProcessBuilder(order.command())
            .directory(folder.toFile())
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    builder.environment().putAll(order.environment());
    Process process = builder.start();
    processes.add(process);
    Await.until(
        "node " + name + " serves",
        () -> {
          boolean ended = !process.isAlive();
          boolean served = Files.exists(ready);
          assertThat(ended && !served).as("it ended before: %s", log(name)).isFalse();
          return served;
        });
    return process;
  }

  /// What the node wrote to its standard error so far.
  public String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".err"));
  }

  /// `raftctl` with these arguments, not yet run.
  public Order command(String... arguments) {
    List<String> words = new ArrayList<>(List.of(Launcher.PATH));
    words.addAll(List.of(arguments));
    return inOurEnvironment(Order.of(folder, words.toArray(String[]::new)));
  }

  /// A script of the shell, in which `$RAFTCTL` is the launcher.
  public Order script(String script) {
    return inOurEnvironment(Order.of(folder, "sh", "-c", script)).with("RAFTCTL", Launcher.PATH);
  }

  /// Runs `raftctl` to its end.
  public ProcessRun run(String... arguments) throws Exception {
    return command(arguments).run();
  }

  /// Expects success, this output, and silence on standard error.
  public void assertOk(String out, String... arguments) throws Exception {
    assertThat(run(arguments)).isEqualTo(new ProcessRun(0, out, ""));
  }

  /// Who leads, as `status` tells it; empty where nobody does.
  public String leader() throws Exception {
    String[] words = run("status").out().split("leader ", 2);
    return words.length < 2 ? "" : words[1].split(",", 2)[0];
  }

  /// Who leads, once somebody does: on a slow machine there may be an election at any time.
  public String awaitLeader() {
    AtomicReference<String> found = new AtomicReference<>("");
    Await.until(
        "somebody leads",
        () -> {
          found.set(leader());
          return !found.get().isEmpty();
        });
    return found.get();
  }

  /// Sends a signal to a process, whosever it is.
  public static void signal(long pid, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
  }

  /// Kills the nodes and waits for their end.
  public void killAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    processes.clear();
  }

  private Order inOurEnvironment(Order order) {
    return order
        .with(Launcher.environment())
        .with("RAFTCTL_ENDPOINTS", String.join(",", endpoints));
  }
}
