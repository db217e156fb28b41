package io.raftctl.cli.command;

import io.raftctl.cli.terminal.Console;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Which cluster, and how long to wait for it: `-e` and `--timeout`.
public final class ClientOptions {
  private final OptionSpec endpoints =
      OptionSpec.builder("-e", "--endpoints")
          .type(List.class)
          .auxiliaryTypes(String.class)
          .splitRegex(",")
          .paramLabel("HOST:PORT")
          .description(
              "Nodes of the cluster; one that answers is enough (default: $RAFTCTL_ENDPOINTS,"
                  + " else the local cluster of this directory, else 127.0.0.1:8080).")
          .build();
  private final OptionSpec timeout =
      Options.duration("--timeout", "5s", "How long to try, in all (default: 5s).");

  public CommandSpec addTo(CommandSpec spec) {
    return spec.addOption(endpoints).addOption(timeout);
  }

  /// @throws IllegalArgumentException where an endpoint is no HOST:PORT
  /// @throws IOException where the local cluster's file cannot be read
  public ClusterClient client(Console console) throws IOException {
    return new ClusterClient(endpoints(console), timeout(), new Session());
  }

  /// As [#client].
  public Endpoints endpoints(Console console) throws IOException {
    List<String> given = endpoints.getValue();
    return Endpoints.find(given == null ? List.of() : given, console.env(), console.directory());
  }

  public Duration timeout() {
    return timeout.getValue();
  }
}
