package io.raftctl.cli.local;

import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Problem;
import io.raftctl.cluster.ClusterException;

/// What a script learns of a failure of a local cluster.
public final class ClusterFailures {
  private ClusterFailures() {}

  /// Says what happened, and returns the exit code that goes with it.
  public static ExitCode tell(ClusterException failure, Report report) {
    String message = failure.reason();
    String hint = failure.hint();
    return switch (failure.kind()) {
      case NEGATIVE -> report.negative("negative", message, hint);
      case USAGE -> report.misused(message, hint);
      case UNAVAILABLE -> report.fail(new Problem(Problem.Code.UNAVAILABLE, message, hint));
      case DENIED -> report.fail(new Problem(Problem.Code.DENIED, message, hint));
      case INDETERMINATE -> report.fail(new Problem(Problem.Code.INDETERMINATE, message, hint));
      case LOCAL -> report.failed(message, hint);
    };
  }
}
