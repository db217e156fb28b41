package io.raftctl.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Nodes as users start them: the jar that the build has made, by Java itself.
final class JarNodeProgram implements NodeProgram {
  @Override
  public List<String> command(
      NodeDescription node,
      String cluster,
      List<String> seat,
      Path readyFile,
      boolean endsWithParent) {
    List<String> words =
        new ArrayList<>(
            JavaNodeProgram.small().command(node, cluster, seat, readyFile, endsWithParent));
    int program = words.indexOf("-cp");
    words.subList(program, program + 3).clear();
    words.addAll(program, List.of("-jar", System.getProperty("raftctl.jar")));
    return words;
  }
}
