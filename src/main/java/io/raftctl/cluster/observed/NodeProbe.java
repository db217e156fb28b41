package io.raftctl.cluster.observed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.raftctl.client.Members;
import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Exchange;
import io.raftctl.client.wire.Exchange.Result.Answered;
import io.raftctl.client.wire.Exchange.Result.Lost;
import io.raftctl.client.wire.Exchange.Result.Unsent;
import io.raftctl.client.wire.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Questions to one node that must be answered by that node alone and soon, or not at all.
///
/// Commands of the user go through `ClusterClient`, which looks for the leader and retries; this
/// does neither.
///
/// @param timeout for the whole exchange
public record NodeProbe(Duration timeout) {
  /// What the node says of itself, or nothing if it does not answer.
  public Optional<NodeReport> status(String address) {
    try {
      return Optional.of(reportOf(call(address, "/v1/status", null)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Who belongs to the cluster by the node's own log, or nothing if it does not answer.
  public Optional<Members> members(String address) {
    try {
      return Optional.ofNullable(Members.of(call(address, "/v1/members", null)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Cuts one direction of one link at the node.
  public void block(String address, String from, String to) throws IOException {
    JsonObject link = new JsonObject();
    link.put("from", from);
    link.put("to", to);
    call(address, "/v1/block", link);
  }

  /// Heals every link at the node.
  public void unblock(String address) throws IOException {
    call(address, "/v1/unblock", new JsonObject());
  }

  /// Heals one direction of one link at the node.
  public void unblock(String address, String from, String to) throws IOException {
    JsonObject link = new JsonObject();
    link.put("from", from);
    link.put("to", to);
    call(address, "/v1/unblock", link);
  }

  /// How many messages the node has dropped because their link was cut; nothing where it does not
  /// answer, or does not count them.
  public OptionalLong droppedByFault(String address) {
    try {
      JsonObject status = call(address, "/v1/status", null);
      return status.isNumber("droppedByFault")
          ? OptionalLong.of(status.getLong("droppedByFault"))
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /// Has the node's own disk or clock changed, or looks at it.
  ///
  /// @param http its port for operators
  /// @param route the path with its query (docs/http.md)
  public JsonObject machine(String http, String route) throws IOException {
    return call(http, route, null);
  }

  /// What the node says of the entries that its disk has lost; empty where it has lost none;
  /// nothing where it does not answer.
  public Optional<String> damage(String address) {
    try {
      return Optional.of(call(address, "/v1/status", null).getString("damage", ""));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The state machine's answer to a command that only reads, or nothing.
  public Optional<String> read(String address, String command) {
    JsonObject request = new JsonObject();
    request.put("command", command);
    request.put("timeoutMillis", timeout.toMillis());
    try {
      JsonObject answer = call(address, "/v1/read", request);
      return answer.getBoolean("ok")
          ? Optional.of(answer.getString("reply", ""))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// @param body a POST's, or null for a GET
  private JsonObject call(String address, String route, @Nullable JsonObject body)
      throws IOException {
    byte[] bytes = body == null ? null : JsonWriter.string(body).getBytes(UTF_8);
    Endpoint endpoint = Endpoint.parse(address);
    return switch (Exchange.start(endpoint, route, bytes, Deadline.after(timeout)).await()) {
      case Unsent(String reason) -> throw new IOException(reason);
      case Lost(String reason) -> throw new IOException(reason);
      case Answered(int status, byte[] answer) -> {
        JsonObject json = Json.object(answer);
        if (json == null) { // A port for operators says no in a line of text.
          throw new IOException(status == 200 ? "no JSON from " + address : firstLine(answer));
        }
        if (status != 200) {
          throw new IOException(json.getString("message", "no reason"));
        }
        yield json;
      }
    };
  }

  private static String firstLine(byte[] text) {
    return new String(text, UTF_8).lines().findFirst().orElse("no reason");
  }

  private static NodeReport reportOf(JsonObject json) {
    TreeSet<String> links = new TreeSet<>();
    for (Object link : json.getArray("blockedLinks", new JsonArray())) {
      links.add(String.valueOf(link));
    }
    return new NodeReport(
        json.getString("id", ""),
        json.getString("role", ""),
        json.getLong("term"),
        json.getString("leader"),
        json.getLong("commitIndex"),
        json.getLong("appliedIndex"),
        json.getLong("lastIndex"),
        json.getBoolean("blocked"),
        links);
  }
}
