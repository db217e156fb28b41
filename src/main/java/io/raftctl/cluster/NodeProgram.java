package io.raftctl.cluster;

import java.nio.file.Path;
import java.util.List;

/// How a node's process is started: the seam behind which a test puts another program.
public interface NodeProgram {
  /// The words of the command line.
  ///
  /// @param peers every node of the cluster as `ID=HOST:PORT,…`
  /// @param readyFile the program writes it once it serves
  /// @param endsWithParent the program ends by itself when its standard input does
  List<String> command(
      NodeDescription node, String cluster, String peers, Path readyFile, boolean endsWithParent);
}
