package io.raftctl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.wire.Json;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A committed entry of the log.
///
/// @param kind `command`, `no-op` (opens a leader's term), or one that a newer node knows
/// @param requestId which request it came from, or null
/// @param command the client's bytes; empty for other kinds
/// @param text the command as text, or null where it is not UTF-8 or no command
public record LogEntry(
    long index,
    long term,
    String kind,
    @Nullable String requestId,
    byte[] command,
    @Nullable String text) {

  /// The kind of an entry that a client asked for.
  public static final String COMMAND = "command";

  /// Null where the object is no entry.
  static @Nullable LogEntry of(@Nullable JsonObject json) {
    Long index = json == null ? null : Json.number(json, "index");
    if (json == null || index == null) {
      return null;
    }
    String text = json.getString("command");
    String base64 = json.getString("commandBase64", "");
    try {
      byte[] command = text == null ? Base64.getDecoder().decode(base64) : text.getBytes(UTF_8);
      return new LogEntry(
          index,
          json.getLong("term"),
          json.getString("kind", COMMAND),
          json.getString("requestId"),
          command,
          text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
