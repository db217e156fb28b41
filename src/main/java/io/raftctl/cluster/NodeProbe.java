package io.raftctl.cluster;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Questions to one node that must be answered by that node alone and soon, or not at all.
///
/// Commands of the user go through the client, which looks for the leader and retries; this does
/// neither.
///
/// @param timeout for the connection, and again for the answer
record NodeProbe(Duration timeout) {
  /// What the node says of itself, or nothing if it does not answer.
  Optional<NodeView> status(String address) {
    try {
      return Optional.of(view(call("GET", address, "/v1/status", null)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Cuts one direction of one link at the node.
  void block(String address, String from, String to) throws IOException {
    JsonObject link = new JsonObject();
    link.put("from", from);
    link.put("to", to);
    call("POST", address, "/v1/block", link);
  }

  /// Heals every link at the node.
  void unblock(String address) throws IOException {
    call("POST", address, "/v1/unblock", new JsonObject());
  }

  /// The state machine's answer to a command that only reads, or nothing.
  Optional<String> read(String address, String command) {
    JsonObject request = new JsonObject();
    request.put("command", command);
    request.put("timeoutMillis", timeout.toMillis());
    try {
      JsonObject answer = call("POST", address, "/v1/read", request);
      return answer.getBoolean("ok")
          ? Optional.of(answer.getString("reply", ""))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private JsonObject call(String method, String address, String route, @Nullable JsonObject body)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://" + address + route).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) timeout.toMillis());
    connection.setReadTimeout((int) timeout.toMillis());
    connection.setRequestMethod(method);
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      byte[] bytes = JsonWriter.string(body).getBytes(StandardCharsets.UTF_8);
      connection.setFixedLengthStreamingMode(bytes.length);
      connection.getOutputStream().write(bytes);
    }
    int code = connection.getResponseCode();
    try (InputStream in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      JsonObject answer = in == null ? new JsonObject() : JsonParser.object().from(in);
      if (code >= 400) {
        throw new IOException(answer.getString("message", "HTTP " + code));
      }
      return answer;
    } catch (JsonParserException e) {
      throw new IOException("no JSON from " + address, e);
    }
  }

  private static NodeView view(JsonObject json) {
    TreeSet<String> links = new TreeSet<>();
    for (Object link : json.getArray("blockedLinks", new JsonArray())) {
      links.add(String.valueOf(link));
    }
    return new NodeView(
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
