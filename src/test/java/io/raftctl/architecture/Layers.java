package io.raftctl.architecture;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The layers of the design: who may import whom. Imports run one way.
///
/// A layer is a package below the root with all packages below it, unless those are layers of their
/// own. It may import the layers that stand beside it in the table, and all that these may.
final class Layers {
  private static final Map<String, List<String>> DIRECT = new TreeMap<>();

  static {
    DIRECT.put("raft", List.of());
    DIRECT.put("storage", List.of("raft"));
    DIRECT.put("transport", List.of("raft"));
    DIRECT.put("transport.grpc", List.of("transport", "proto"));
    DIRECT.put("statemachine", List.of());
    DIRECT.put("statemachine.session", List.of("statemachine"));
    DIRECT.put("statemachine.store", List.of("statemachine"));
    DIRECT.put("statemachine.exec", List.of("statemachine"));
    DIRECT.put("metrics", List.of());
    DIRECT.put("dashboard", List.of());
    DIRECT.put(
        "node",
        List.of(
            "storage", "transport", "statemachine", "statemachine.session", "statemachine.store"));
    DIRECT.put(
        "server",
        List.of("node", "transport.grpc", "statemachine.exec", "metrics", "dashboard", "proto"));
    DIRECT.put("server.etcd", List.of("server"));
    DIRECT.put("page", List.of());
    DIRECT.put("linearizability", List.of("page"));
    DIRECT.put("simulation", List.of("node", "linearizability"));
    DIRECT.put("proto", List.of());
    DIRECT.put("client", List.of("proto"));
    DIRECT.put("cluster", List.of("client"));
    DIRECT.put("benchmark", List.of("cluster"));
    DIRECT.put("repl", List.of("benchmark"));
    DIRECT.put("scenario", List.of("repl", "simulation"));
    DIRECT.put("torture", List.of("benchmark", "linearizability"));
    // The top: nobody imports it, but for the main class outside of all layers.
    DIRECT.put("cli", List.of("server.etcd", "scenario", "torture"));
  }

  private Layers() {}

  /// The layer of a package, given without the root; null if it has no place in the design.
  static String of(String packageName) {
    String candidate = packageName;
    while (!DIRECT.containsKey(candidate)) {
      int dot = candidate.lastIndexOf('.');
      if (dot < 0) {
        return null;
      }
      candidate = candidate.substring(0, dot);
    }
    return candidate;
  }

  /// All that a layer may import, itself included.
  static Set<String> allowed(String layer) {
    Set<String> reached = new TreeSet<>();
    reach(layer, reached);
    return reached;
  }

  private static void reach(String layer, Set<String> reached) {
    if (reached.add(layer)) {
      DIRECT.get(layer).forEach(below -> reach(below, reached));
    }
  }
}
