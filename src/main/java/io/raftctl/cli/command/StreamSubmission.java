package io.raftctl.cli.command;

import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;

/// `submit -`: a command a line from standard input, many under way, in order.
final class StreamSubmission {
  private final Report report;

  StreamSubmission(ClientOptions client, Report report) {
    this.report = report;
  }

  ExitCode run() {
    return report.misused("submit - is not there yet", "");
  }
}
