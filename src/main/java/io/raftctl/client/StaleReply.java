package io.raftctl.client;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.wire.Json;
import org.jspecify.annotations.Nullable;

/// What one node has applied, which may be old.
///
/// @param ok false for a negative answer
/// @param index the last entry that the node has applied
/// @param commitIndex the last entry that it knows to be committed
/// @param leaderSilentMillis for how long it has heard from no leader; null where it never has
public record StaleReply(
    boolean ok,
    String reply,
    long index,
    long term,
    long commitIndex,
    @Nullable Long leaderSilentMillis) {
  /// Null where the answer has another shape.
  static @Nullable StaleReply of(@Nullable JsonObject json) {
    if (json == null || !json.isBoolean("ok") || !json.isString("reply")) {
      return null;
    }
    Long commit = Json.number(json, "commitIndex");
    return new StaleReply(
        json.getBoolean("ok"),
        json.getString("reply", ""),
        json.getLong("index"),
        json.getLong("term"),
        commit == null ? json.getLong("index") : commit,
        Json.number(json, "leaderSilentMillis"));
  }
}
