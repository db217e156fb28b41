package io.raftctl.cli.log;

import io.raftctl.client.Problem;
import java.io.IOException;

/// A live node did not give what was asked of it.
final class NoAnswerException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  NoAnswerException(Problem problem) {
    super(problem.message());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
