package io.raftctl.repl;

import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.ClusterDirectory;
import io.raftctl.cluster.NodeDescription;
import io.raftctl.testing.Await;
import io.raftctl.testing.Launcher;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The real program, in a directory and with an environment of the test's own.
///
/// @param folder where it runs, and where everything lies that it leaves behind
record Raftctl(Path folder) {
  /// Runs it to its end, without input.
  ProcessRun run(String... arguments) throws IOException, InterruptedException {
    return order(arguments).run();
  }

  /// Runs it to its end over lines of input.
  ProcessRun script(String lines, String... arguments) throws IOException, InterruptedException {
    return order(arguments).reading(lines).run();
  }

  Order order(String... arguments) {
    return Order.of(folder, command(arguments).toArray(String[]::new)).with(environment());
  }

  static List<String> command(String... arguments) {
    return Stream.concat(Stream.of(Launcher.PATH), Stream.of(arguments)).toList();
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(Launcher.environment());
    environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
    environment.put("TERM", "xterm");
    return environment;
  }

  Path directory(String cluster) {
    return folder.resolve("raftctl-data").resolve(cluster);
  }

  ClusterDescription description(String cluster) throws Exception {
    return ClusterDirectory.of(directory(cluster)).read().orElseThrow();
  }

  /// Waits until no node of the cluster runs, as `before` knew them.
  static void awaitNoProcess(ClusterDescription before) {
    Await.until(
        "all nodes of " + before.name() + " have ended",
        () -> before.nodes().stream().noneMatch(NodeDescription::running));
  }
}
