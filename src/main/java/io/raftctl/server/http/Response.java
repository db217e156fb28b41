package io.raftctl.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An HTTP response.
///
/// @param body all of it, or nothing where `stream` gives it
/// @param stream writes the body piece by piece, on a thread that may wait; a failure ends the
///   connection, so that the client knows that something is missing
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record Response(int status, String contentType, byte[] body, @Nullable Stream stream) {
  /// Writes a body.
  @FunctionalInterface
  public interface Stream {
    void writeTo(OutputStream target) throws IOException;
  }

  public Response(int status, String contentType, byte[] body) {
    this(status, contentType, body, null);
  }

  /// An answer whose length nobody knows yet.
  static Response streamed(String contentType, Stream stream) {
    return new Response(200, contentType, new byte[0], stream);
  }

  /// An answer in JSON.
  public static Response json(int status, String json) {
    return new Response(status, "application/json", (json + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
