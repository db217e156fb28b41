package io.raftctl.server.http;

import java.nio.charset.StandardCharsets;

/// A whole HTTP response.
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record Response(int status, String contentType, byte[] body) {
  /// An answer in JSON.
  public static Response json(int status, String json) {
    return new Response(status, "application/json", (json + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
