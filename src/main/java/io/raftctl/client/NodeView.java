package io.raftctl.client;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One node as the cluster's status shows it.
///
/// A node that did not answer has an id, perhaps an address, and null elsewhere.
///
/// @param role `leader`, `candidate` or `follower`
/// @param firstIndex the first entry of its log; what lies before is in a snapshot
/// @param snapshotIndex the last entry that its newest snapshot holds, or 0
/// @param lag how many committed entries it has yet to apply
/// @param blocked whether every link to its peers is cut
/// @param damage which entries its disk has lost, in a line; null where none are
/// @param diskFull whether its disk is full, so that it takes no commands
/// @param awaitedTerms whose terms it waits to hear before it votes and counts again, because its
///   own term and vote are lost; null where it remembers them
/// @param undropped the nodes whose packets pass although it is to drop them
/// @param program how the program fares that is its state machine; null where that is built in
public record NodeView(
    String id,
    @Nullable String address,
    @Nullable String role,
    @Nullable Long term,
    @Nullable Long commitIndex,
    @Nullable Long appliedIndex,
    @Nullable Long lastIndex,
    @Nullable Long firstIndex,
    @Nullable Long snapshotIndex,
    @Nullable Long lag,
    @Nullable Boolean blocked,
    @Nullable String damage,
    boolean diskFull,
    @Nullable List<String> awaitedTerms,
    List<String> undropped,
    @Nullable String program,
    boolean reachable) {

  static NodeView of(JsonObject json) {
    return new NodeView(
        json.getString("id", "?"),
        json.getString("address"),
        json.getString("role"),
        Json.number(json, "term"),
        Json.number(json, "commitIndex"),
        Json.number(json, "appliedIndex"),
        Json.number(json, "lastIndex"),
        Json.number(json, "firstIndex"),
        Json.number(json, "snapshotIndex"),
        Json.number(json, "lag"),
        json.get("blocked") instanceof Boolean blocked ? blocked : null,
        json.getString("damage"),
        json.getBoolean("diskFull", false),
        json.get("awaitedTerms") instanceof JsonArray awaited
            ? awaited.stream().map(String::valueOf).toList()
            : null,
        json.getArray("undropped", new JsonArray()).stream().map(String::valueOf).toList(),
        json.getString("program"),
        json.getBoolean("reachable", false));
  }

  /// Where it listens, if the cluster knows.
  Answer<Endpoint> endpoint() {
    if (address == null) {
      return new Answer.Missing<>(
          Problem.unavailable("the address of node " + id + " is not known", ""));
    }
    try {
      return new Answer.Given<>(Endpoint.parse(address));
    } catch (IllegalArgumentException e) {
      return new Answer.Missing<>(Problem.unavailable("node " + id + ": " + e.getMessage(), ""));
    }
  }

  boolean hasRole(String name) {
    return name.equals(role);
  }
}
