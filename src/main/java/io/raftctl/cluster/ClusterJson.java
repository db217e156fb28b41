package io.raftctl.cluster;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.raftctl.client.wire.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `cluster.json`: what other processes read to find the nodes. Fields may be added, never renamed.
///
/// ```
/// {"name": "demo", "cluster": "demo-3f9a…", "detached": false, "ephemeral": false,
///  "supervisor": 4711, "supervisorStarted": 1767225600000,
///  "founders": "1=127.0.0.1:7001,…",
///  "nodes": [{"id": "1", "address": "127.0.0.1:7001", "http": "127.0.0.1:8001",
///             "pid": 4712, "started": 1767225600100,
///             "data": "/…/node-1", "log": "/…/node-1.log"}]}
/// ```
///
/// `supervisor` and `pid` are null where no such process is meant to run; the times, in
/// milliseconds since 1970, tell the process from a later one with the same pid. `founders` is
/// missing as long as the members are those that the cluster began with.
public final class ClusterJson {
  private ClusterJson() {}

  public static JsonObject toJson(ClusterDescription cluster) {
    JsonArray nodes = new JsonArray();
    for (NodeDescription node : cluster.nodes()) {
      nodes.add(toJson(node));
    }
    JsonObject json = new JsonObject();
    json.put("name", cluster.name());
    json.put("cluster", cluster.cluster());
    putProcess(json, "supervisor", "supervisorStarted", cluster.supervisor());
    json.put("detached", cluster.detached());
    json.put("ephemeral", cluster.ephemeral());
    if (cluster.changed()) {
      json.put("founders", cluster.founders());
    }
    json.put("nodes", nodes);
    return json;
  }

  static String write(ClusterDescription cluster) {
    return JsonWriter.indent("  ").string().value(toJson(cluster)).done() + "\n";
  }

  /// Reads what `write` wrote; `directory` is where the text was found.
  ///
  /// @throws IllegalArgumentException if it is something else
  static ClusterDescription read(String text, Path directory) {
    try {
      JsonObject json = JsonParser.object().from(text);
      List<NodeDescription> nodes = new ArrayList<>();
      for (Object node : json.getArray("nodes", new JsonArray())) {
        nodes.add(readNode((JsonObject) node));
      }
      return new ClusterDescription(
          required(json, "name"),
          required(json, "cluster"),
          directory,
          process(json, "supervisor", "supervisorStarted"),
          json.getBoolean("detached", false),
          json.getBoolean("ephemeral", false),
          founders(json),
          nodes);
    } catch (JsonParserException | ClassCastException | StackOverflowError e) {
      throw new IllegalArgumentException("not a cluster's description", e);
    }
  }

  private static JsonObject toJson(NodeDescription node) {
    JsonObject json = new JsonObject();
    json.put("id", node.id());
    json.put("address", node.address());
    json.put("http", node.http());
    putProcess(json, "pid", "started", node.process());
    json.put("data", node.data().toString());
    json.put("log", node.log().toString());
    return json;
  }

  private static NodeDescription readNode(JsonObject json) {
    return new NodeDescription(
        required(json, "id"),
        address(required(json, "address")),
        address(required(json, "http")),
        process(json, "pid", "started"),
        Path.of(required(json, "data")),
        Path.of(required(json, "log")));
  }

  private static void putProcess(
      JsonObject json, String pidField, String startedField, @Nullable ProcessIdentity process) {
    json.put(pidField, process == null ? null : process.pid());
    json.put(startedField, process == null ? null : process.startedMillis());
  }

  private static @Nullable ProcessIdentity process(
      JsonObject json, String pidField, String startedField) {
    return json.isNumber(pidField)
        ? new ProcessIdentity(json.getLong(pidField), json.getLong(startedField))
        : null;
  }

  private static String founders(JsonObject json) {
    String founders = json.getString("founders", "");
    for (String founder : founders.isEmpty() ? new String[0] : founders.split(",", -1)) {
      address(founder.substring(founder.indexOf('=') + 1));
    }
    return founders;
  }

  private static String address(String text) {
    return Endpoint.parse(text).toString();
  }

  private static String required(JsonObject json, String field) {
    String value = json.getString(field);
    if (value == null) {
      throw new IllegalArgumentException("no field " + field);
    }
    return value;
  }
}
