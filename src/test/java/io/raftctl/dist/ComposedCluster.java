package io.raftctl.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.testing.Await;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/// The cluster of `dist/docker/compose.yaml`, started under a name, an image and ports of its own,
/// so that it neither meets another one nor leaves anything behind.
@SuppressWarnings("try") // Whoever closes it may be interrupted, and is a test.
final class ComposedCluster implements AutoCloseable {
  static final List<Integer> IDS = List.of(1, 2, 3);

  private static final Path DOCKER = Path.of(System.getProperty("raftctl.basedir"), "dist/docker");
  private static final Duration LONG = Duration.ofMinutes(8);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String READY_BASE = "raftctl-base";

  private final List<String> compose;
  private final String project = "raftctl-e2e-" + ProcessHandle.current().pid();
  private final String clientPorts = freePorts();
  private final String httpPorts = freePorts();
  private final HttpClient http = HttpClient.newHttpClient();
  private boolean baseIsOurs;

  private ComposedCluster(List<String> compose) {
    this.compose = compose;
  }

  /// Why no cluster can be composed on this machine; empty where one can.
  static Optional<String> obstacle() throws Exception {
    if (!Files.exists(DOCKER)) {
      return Optional.of("the folder dist/docker is missing");
    }
    if (!succeeds("docker", "version")) {
      return Optional.of("no Docker engine answers");
    }
    if (composeCommand().isEmpty()) {
      return Optional.of("there is neither 'docker compose' nor 'docker-compose'");
    }
    if (succeeds("docker", "image", "inspect", READY_BASE)) {
      return Optional.empty();
    }
    if (!System.getProperty("user.name").equals("root")) {
      return Optional.of("there is no image " + READY_BASE + ", and making one needs root");
    }
    return succeeds("debootstrap", "--version")
        ? Optional.empty()
        : Optional.of("there is no image " + READY_BASE + ", and making one needs debootstrap");
  }

  private static List<String> composeCommand() throws Exception {
    if (succeeds("docker", "compose", "version")) {
      return List.of("docker", "compose");
    }
    return succeeds("docker-compose", "version") ? List.of("docker-compose") : List.of();
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      return Order.of(DOCKER, command).run().exit() == 0;
    } catch (IOException e) {
      return false; // There is no such program.
    }
  }

  /// Builds the image, on a base that is made first where there is none, and starts the nodes.
  static ComposedCluster start() throws Exception {
    ComposedCluster cluster = new ComposedCluster(composeCommand());
    try {
      cluster.baseIsOurs = !succeeds("docker", "image", "inspect", READY_BASE);
      if (cluster.baseIsOurs) {
        run(Order.of(DOCKER, DOCKER.resolve("make-base.sh").toString(), cluster.base()));
      }
      cluster.compose("up", "--build", "--detach");
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private String base() {
    return baseIsOurs ? project + "-base" : READY_BASE;
  }

  /// Runs a command of Compose on this cluster and returns what it wrote.
  String compose(String... arguments) throws Exception {
    Stream<String> line =
        Stream.of(compose, List.of("--project-name", project, "--file"), List.of("compose.yaml"))
            .flatMap(List::stream);
    String[] command = Stream.concat(line, Arrays.stream(arguments)).toArray(String[]::new);
    return run(
        Order.of(DOCKER, command)
            .with("BASE", base())
            .with("IMAGE", project)
            .with("PUBLISH_ON", "127.0.0.1")
            .with("CLIENT_PORTS", clientPorts)
            .with("HTTP_PORTS", httpPorts));
  }

  private static String run(Order order) throws Exception {
    ProcessRun run = order.run(LONG);
    assertThat(run.exit()).as("%s%n%s%s", order.command(), run.out(), run.err()).isZero();
    return run.out();
  }

  /// The address of a node's client port on this host.
  String endpoint(int id) {
    return "127.0.0.1:" + clientPorts + id;
  }

  /// What a node's port for operators answers.
  HttpResponse<String> operator(int id, String path) throws Exception {
    return get("127.0.0.1:" + httpPorts + id, path);
  }

  private HttpResponse<String> get(String address, String path) throws Exception {
    URI uri = URI.create("http://" + address + path);
    return http.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
        BodyHandlers.ofString());
  }

  /// A node's own view of things.
  JsonObject status(int id) throws Exception {
    return JsonParser.object().from(operator(id, "/status").body());
  }

  /// What a node has committed, as its client port tells it.
  String log(int id) throws Exception {
    return get(endpoint(id), "/v1/log").body();
  }

  /// Waits until these nodes follow one leader and have applied all that they have; returns it.
  int awaitLeader(List<Integer> among) {
    List<Integer> found = new ArrayList<>();
    Await.until(
        "nodes " + among + " follow one leader among them",
        PATIENCE,
        () -> {
          List<JsonObject> views = new ArrayList<>();
          for (int id : among) {
            views.add(status(id));
          }
          long outlooks =
              views.stream()
                  .map(it -> List.of(it.getString("leader", "none"), it.getLong("appliedIndex")))
                  .distinct()
                  .count();
          found.clear();
          among.stream()
              .filter(id -> views.getFirst().getString("leader", "none").equals("" + id))
              .forEach(found::add);
          return outlooks == 1 && !found.isEmpty();
        });
    return found.getFirst();
  }

  /// What the engine tells of a node's container.
  String inspect(int id, String format) throws Exception {
    String container = compose("ps", "--quiet", "node" + id).strip();
    return run(Order.of(DOCKER, "docker", "inspect", "--format", format, container)).strip();
  }

  /// What is left of this cluster on the engine: nothing, once it is closed.
  List<String> remains() throws Exception {
    String ofProject = "label=com.docker.compose.project=" + project;
    List<String> remains = new ArrayList<>();
    for (List<String> command :
        List.of(
            List.of("docker", "ps", "--all", "--quiet", "--filter", ofProject),
            List.of("docker", "network", "ls", "--quiet", "--filter", ofProject),
            List.of("docker", "volume", "ls", "--quiet", "--filter", ofProject),
            List.of("docker", "image", "ls", "--quiet", project),
            List.of("docker", "image", "ls", "--quiet", project + "-base"))) {
      run(Order.of(DOCKER, command.toArray(String[]::new))).lines().forEach(remains::add);
    }
    return remains;
  }

  @Override
  public void close() throws Exception {
    http.close();
    compose("down", "--volumes", "--remove-orphans");
    for (String image : baseIsOurs ? List.of(project, base()) : List.of(project)) {
      if (succeeds("docker", "image", "inspect", image)) {
        run(Order.of(DOCKER, "docker", "image", "rm", image));
      }
    }
  }

  /// All but the last digit of three ports, ending in 1, 2 and 3, that nobody listens on.
  private static String freePorts() {
    List<String> found = new ArrayList<>();
    Await.until(
        "three free ports are found",
        () -> {
          int decade = ThreadLocalRandom.current().nextInt(1_100, 3_200);
          for (int id : IDS) {
            new ServerSocket(10 * decade + id, 1, InetAddress.getLoopbackAddress()).close();
          }
          return found.add("" + decade);
        });
    return found.getFirst();
  }
}
