package io.raftctl.cli.local;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Table;
import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.ClusterDescription.State;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterJson;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.JavaNodeProgram;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeDescription;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What can be done to clusters that were started before: ls, attach, stop, rm.
final class ClusterActions {
  static final List<String> NAMES = List.of("ls", "attach", "stop", "rm");

  private final ClusterRegistry registry;
  private final ClusterSession session;
  private final @Nullable String script;
  private final @Nullable String target;

  /// @param script for `attach`: where the lines come from, as in a start
  /// @param target the name or the directory of a cluster, or null where none is given
  ClusterActions(
      ClusterRegistry registry,
      ClusterSession session,
      @Nullable String script,
      @Nullable String target) {
    this.registry = registry;
    this.session = session;
    this.script = script;
    this.target = target;
  }

  ExitCode run(String action, Report report) throws ClusterException, IOException {
    return switch (action) {
      case "ls" -> list(report);
      case "attach" -> attach();
      case "stop" -> stop(report);
      case "rm" -> remove(report);
      default ->
          throw ClusterException.usage(
              "local-cluster has no action '" + action + "'", "there are ls, attach, stop and rm");
    };
  }

  private ExitCode list(Report report) throws ClusterException {
    List<ClusterDescription> clusters = target == null ? registry.list() : registry.find(target);
    if (report.json()) {
      JsonArray array = new JsonArray();
      clusters.forEach(cluster -> array.add(withState(cluster)));
      JsonObject json = new JsonObject();
      json.put("clusters", array);
      report.line(json);
      return ExitCode.DONE;
    }
    Table table = new Table("NAME", "STATE", "NODES", "ENDPOINTS", "DIRECTORY");
    for (ClusterDescription cluster : clusters) {
      long up = cluster.nodes().stream().filter(NodeDescription::running).count();
      table.row(
          cluster.name(),
          cluster.state().word(),
          up + "/" + cluster.nodes().size(),
          cluster.endpoints(),
          cluster.directory().toString());
    }
    table.lines().forEach(report::line);
    return ExitCode.DONE;
  }

  private ExitCode attach() throws ClusterException, IOException {
    ClusterDescription cluster = one(State.DETACHED, "attach");
    try (ClusterSession.Input input = session.open(script)) {
      return session.visit(LocalCluster.attach(cluster, registry, JavaNodeProgram.small()), input);
    }
  }

  private ExitCode stop(Report report) throws ClusterException {
    ClusterDescription cluster = one(State.DETACHED, "stop");
    LocalCluster.stop(cluster, registry, JavaNodeProgram.small());
    return tell("stopped", cluster, report);
  }

  private ExitCode remove(Report report) throws ClusterException {
    if (target == null) {
      throw ClusterException.usage("rm needs the name of a cluster", "see: local-cluster ls");
    }
    ClusterDescription cluster = one(State.STOPPED, "rm");
    registry.delete(cluster);
    return tell("removed", cluster, report);
  }

  private static ExitCode tell(String done, ClusterDescription cluster, Report report) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put(done, cluster.name());
      report.line(json);
    } else {
      report.line(done + " " + cluster.name());
    }
    return ExitCode.DONE;
  }

  /// The cluster that is meant: the one that is named, or the only one in the `usual` state.
  private ClusterDescription one(State usual, String action) throws ClusterException {
    List<ClusterDescription> found =
        target == null
            ? registry.list().stream().filter(it -> it.state() == usual).toList()
            : registry.find(target);
    if (found.isEmpty()) {
      throw target == null
          ? ClusterException.negative("no cluster runs detached", "")
          : ClusterException.usage("there is no cluster " + target, "see: local-cluster ls");
    }
    List<ClusterDescription> candidates =
        found.size() == 1 ? found : found.stream().filter(it -> it.state() == usual).toList();
    if (candidates.size() != 1) {
      String places =
          found.stream().map(it -> it.directory().toString()).collect(Collectors.joining(", "));
      throw ClusterException.usage(
          "several clusters could be meant", "name one by its directory: " + places);
    }
    ClusterDescription cluster = candidates.getFirst();
    refuse(cluster, action);
    return cluster;
  }

  private static void refuse(ClusterDescription cluster, String action) throws ClusterException {
    State state = cluster.state();
    if (state == State.STOPPED && !action.equals("rm")) {
      throw ClusterException.negative(
          "the cluster " + cluster.name() + " does not run",
          "start it with: raftctl local-cluster --detach --name %s --data %s"
              .formatted(cluster.name(), cluster.directory()));
    }
    if (state == State.SUPERVISED && action.equals("attach")) {
      throw ClusterException.usage(
          "the cluster " + cluster.name() + " has its prompt elsewhere",
          "export RAFTCTL_ENDPOINTS=" + cluster.endpoints());
    }
  }

  private static JsonObject withState(ClusterDescription cluster) {
    JsonObject json = new JsonObject();
    json.put("state", cluster.state().word());
    json.put("directory", cluster.directory().toString());
    json.putAll(ClusterJson.toJson(cluster));
    return json;
  }
}
