package io.raftctl.benchmark;

import io.raftctl.client.Endpoints;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.cluster.ClusterException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How long a command takes in a shell: from the start of the launcher to the end of the process.
///
/// @param get of `raftctl get KEY`
/// @param status of `raftctl status`
public record CommandTimes(Timings get, Timings status) {
  private static final Duration FIRST_WRITE_TIMEOUT = Duration.ofSeconds(30);

  /// The first ones fetch the program from the disk.
  private static final int UNCOUNTED = 3;

  /// Runs each of the commands so many times, in turn, so that both meet the same machine.
  ///
  /// @param launcher the script that users call
  public static CommandTimes measure(Path launcher, Endpoints endpoints, int runs)
      throws ClusterException, InterruptedException {
    try (StreamClient client = new StreamClient(endpoints, FIRST_WRITE_TIMEOUT)) {
      if (FirstWrite.awaitAccepted(client, FIRST_WRITE_TIMEOUT).isPresent()) {
        throw ClusterException.unavailable("the cluster accepts no write", "");
      }
    }
    List<Duration> get = new ArrayList<>();
    List<Duration> status = new ArrayList<>();
    for (int run = 0; run < runs + UNCOUNTED; run++) {
      get.add(time(launcher, endpoints, "get", "bench"));
      status.add(time(launcher, endpoints, "status"));
    }
    return new CommandTimes(
        new Timings(get.subList(UNCOUNTED, get.size())),
        new Timings(status.subList(UNCOUNTED, status.size())));
  }

  private static Duration time(Path launcher, Endpoints endpoints, String... arguments)
      throws ClusterException, InterruptedException {
    List<String> words =
        Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    builder
        .environment()
        .put(
            Endpoints.VARIABLE,
            endpoints.all().stream().map(Endpoint::toString).collect(Collectors.joining(",")));
    try {
      long start = System.nanoTime();
      int code = builder.start().waitFor();
      long nanos = System.nanoTime() - start;
      if (code != 0) {
        throw ClusterException.local(
            "'" + String.join(" ", words) + "' ended with exit code " + code, "");
      }
      return Duration.ofNanos(nanos);
    } catch (IOException e) {
      throw ClusterException.local("cannot run " + launcher + ": " + e.getMessage(), "");
    }
  }
}
