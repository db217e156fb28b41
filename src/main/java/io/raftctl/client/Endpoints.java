package io.raftctl.client;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Some nodes of one cluster; one that answers is enough to find the others.
///
/// @param all at least one, in the order in which they are tried
/// @param source how they were found, for messages: `-e`, `RAFTCTL_ENDPOINTS`, a file's name;
///   `prompt` where they are those of the local cluster that a prompt is for
public record Endpoints(List<Endpoint> all, String source) {
  /// The file that a local cluster leaves in its directory while it runs.
  public static final String CLUSTER_FILE = "cluster.json";

  /// The environment variable that names the endpoints.
  public static final String VARIABLE = "RAFTCTL_ENDPOINTS";

  /// A node with the settings that nobody changed.
  public static final Endpoint DEFAULT = new Endpoint("127.0.0.1", 8080);

  /// The same from the prompt of a local cluster to the commands that it runs. Nobody can have
  /// exported it, as no shell knows a name with dots, so no message needs to name it.
  public static final String PROMPT_VARIABLE = "raftctl.prompt.endpoints";

  private static final String OPTION_SOURCE = "-e";
  private static final String PROMPT_SOURCE = "prompt";
  private static final String DEFAULT_SOURCE = "default";

  private static final String START_ONE =
      "start a node with 'raftctl node', or name one with -e HOST:PORT";

  /// More reasons than that fit no line.
  private static final int NAMED_MAX = 5;

  public Endpoints {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("at least one endpoint is needed");
    }
  }

  /// The first of: the option's, the prompt's, the environment's, those of the local cluster whose
  /// directory is `directory` or above it, and the default.
  ///
  /// @param option HOST:PORT, perhaps several with commas between; empty where not given
  /// @throws IllegalArgumentException where the option or the variable holds no HOST:PORT
  /// @throws IOException where there is a cluster file that cannot be read
  public static Endpoints find(List<String> option, Map<String, String> env, Path directory)
      throws IOException {
    if (!option.isEmpty()) {
      return parse(String.join(",", option), OPTION_SOURCE);
    }
    String prompt = env.getOrDefault(PROMPT_VARIABLE, "");
    if (!prompt.isEmpty()) {
      return parse(prompt, PROMPT_SOURCE);
    }
    String variable = env.getOrDefault(VARIABLE, "");
    if (!variable.isBlank()) {
      return parse(variable, VARIABLE);
    }
    for (Path at = directory.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      Path file = at.resolve(CLUSTER_FILE);
      Endpoints found = Files.isRegularFile(file) ? ofClusterFile(file) : null;
      if (found != null) {
        return found;
      }
    }
    return new Endpoints(List.of(DEFAULT), DEFAULT_SOURCE);
  }

  /// The problem with a hint that fits how the endpoints were found, if it has none of its own.
  Problem helped(Problem problem) {
    return helped(
        problem,
        switch (source) {
          case DEFAULT_SOURCE -> START_ONE;
          case PROMPT_SOURCE -> "look with 'status'";
          default -> "look with 'raftctl status'; the endpoints come from " + source;
        });
  }

  /// The problem of a command that needs any one of them, where none was of use.
  ///
  /// @param reasons why not, of each that answered at all; the last one decides what it comes to
  Problem unanswered(List<Problem> reasons) {
    int silent = all.size() - reasons.size();
    List<String> messages = new ArrayList<>(reasons.stream().map(Problem::message).toList());
    if (silent > 0) {
      messages.add(
          reasons.isEmpty()
              ? "nobody answers in time"
              : silent + " of " + all.size() + " do not answer in time");
    }
    String message =
        messages.size() <= NAMED_MAX
            ? String.join(", ", messages)
            : "none of " + all.size() + " nodes answers, the last one: " + messages.getLast();
    Problem last = reasons.isEmpty() ? Problem.unavailable("", "") : reasons.getLast();
    return helped(
        new Problem(last.code(), message, last.hint()),
        switch (source) {
          case DEFAULT_SOURCE -> START_ONE;
          case PROMPT_SOURCE -> "do the nodes run? 'start all' starts those that do not";
          case OPTION_SOURCE -> "do the nodes run there? check what -e names";
          default -> "do the nodes run there? " + source + " says so, -e names others";
        });
  }

  private static Problem helped(Problem problem, String hint) {
    return problem.hint().isEmpty()
        ? new Problem(problem.code(), problem.message(), hint)
        : problem;
  }

  /// @param list HOST:PORT with commas between
  /// @throws IllegalArgumentException where an element is no HOST:PORT
  public static Endpoints parse(String list, String source) {
    List<Endpoint> all = new ArrayList<>();
    for (String text : list.split(",", -1)) {
      all.add(Endpoint.parse(text.strip()));
    }
    return new Endpoints(all, source);
  }

  /// Null where the file is somebody else's, which may well have the same name.
  private static @Nullable Endpoints ofClusterFile(Path file) throws IOException {
    JsonObject cluster = Json.object(Files.readAllBytes(file));
    JsonArray nodes = cluster == null ? null : cluster.getArray("nodes");
    if (nodes == null || !nodes.stream().allMatch(JsonObject.class::isInstance)) {
      return null;
    }
    List<Endpoint> all = new ArrayList<>();
    for (Object node : nodes) {
      String address = ((JsonObject) node).getString("address", "");
      try {
        all.add(Endpoint.parse(address));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ": " + e.getMessage(), e);
      }
    }
    return all.isEmpty() ? null : new Endpoints(all, file.toString());
  }
}
