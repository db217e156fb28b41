package io.raftctl.cluster;

import java.nio.file.Path;
import java.util.List;

/// How a node's process is started: the seam behind which a test puts another program.
public interface NodeProgram {
  /// The words of the command line.
  ///
  /// @param seat how it finds the others: `--peers` and all nodes of the cluster as
  ///   `ID=HOST:PORT,…`, or `--join` and where the others are reached, for one that comes later
  /// @param readyFile the program writes it once it serves
  /// @param endsWithParent the program ends by itself when its standard input does
  List<String> command(
      NodeDescription node,
      String cluster,
      List<String> seat,
      Path readyFile,
      boolean endsWithParent);
}
