package io.raftctl.cluster;

import java.nio.file.Path;
import java.util.List;

/// A program that behaves towards its parent as a node does, and starts in a millisecond: it says
/// that it serves, and ends with its standard input. It answers no questions.
public record ShellNode(String script) implements NodeProgram {
  /// Says that it is ready and waits for the end.
  public static ShellNode wellBehaved() {
    return new ShellNode("echo \"node $1 of $2\"; echo ready > \"$3\"; $4");
  }

  @Override
  public List<String> command(
      NodeDescription node,
      String cluster,
      List<String> seat,
      Path readyFile,
      boolean endsWithParent) {
    String wait = endsWithParent ? "cat" : "sleep 600";
    return List.of(
        "/bin/sh",
        "-c",
        script.replace("$4", "exec " + wait),
        "node",
        node.id(),
        cluster,
        readyFile.toString());
  }
}
