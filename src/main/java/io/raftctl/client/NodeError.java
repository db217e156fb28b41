package io.raftctl.client;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.Problem.Code;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Exchange;
import io.raftctl.client.wire.Json;
import org.jspecify.annotations.Nullable;

/// The object in which a node says no (docs/http.md).
///
/// @param leader where the leader listens, as far as the node knows, or null
record NodeError(String code, String message, String hint, @Nullable Endpoint leader) {
  static final String NOT_LEADER = "not-leader";
  static final String UNAVAILABLE = "unavailable";

  /// Null where the answer is no such object, and so perhaps not from a node at all.
  static @Nullable NodeError of(Exchange.Result.Answered answer) {
    JsonObject json = answer.status() == 200 ? null : Json.object(answer.body());
    String code = json == null ? null : json.getString("code");
    if (json == null || code == null) {
      return null;
    }
    return new NodeError(
        code, json.getString("message", code), json.getString("hint", ""), leader(json));
  }

  /// The code of a request that was certainly not carried out and never will be, or null where the
  /// error leaves that open or a retry may help.
  @Nullable Code refusal() {
    for (Code refusal : new Code[] {Code.INVALID, Code.NOT_FOUND, Code.TOO_LARGE, Code.DENIED}) {
      if (refusal.text().equals(code)) {
        return refusal;
      }
    }
    return null;
  }

  /// Whether the request was certainly not carried out and another try may be.
  boolean isRetryable() {
    return code.equals(NOT_LEADER) || code.equals(UNAVAILABLE);
  }

  private static @Nullable Endpoint leader(JsonObject json) {
    String address = json.getString("leaderAddress");
    try {
      return address == null || address.isEmpty() ? null : Endpoint.parse(address);
    } catch (IllegalArgumentException e) {
      return null; // A hint is only that.
    }
  }
}
