package io.raftctl.client;

import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/// A snapshot that a node sends, as it comes. Its bytes carry their own checksums and their own
/// end.
///
/// @param endpoint the node that sends it
public record SnapshotStream(Endpoint endpoint, InputStream bytes) implements AutoCloseable {
  private static final int CONNECT_MILLIS_MAX = 1000;
  private static final int ERROR_BYTES_MAX = 64 << 10;

  /// What a node answers to the question for a snapshot.
  sealed interface Asked {
    record Sending(SnapshotStream stream) implements Asked {}

    record Refused(Exchange.Result.Answered answer) implements Asked {}

    record Silent(String reason) implements Asked {}
  }

  /// Asks once. From the first byte on, each next one may take as long as the whole question.
  static Asked ask(Endpoint endpoint, Deadline deadline) {
    try {
      int millis = Math.clamp(deadline.remaining().toMillis(), 1, Integer.MAX_VALUE);
      URI uri = URI.create("http://" + endpoint + "/v1/snapshot?timeoutMillis=" + millis);
      HttpURLConnection open = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
      open.setConnectTimeout(Math.min(millis, CONNECT_MILLIS_MAX));
      open.setReadTimeout(millis);
      open.setInstanceFollowRedirects(false);
      open.setUseCaches(false);
      open.setRequestProperty("Connection", "close");
      open.setRequestProperty("User-Agent", "raftctl");
      int status = open.getResponseCode();
      if (status == 200) {
        return new Asked.Sending(new SnapshotStream(endpoint, open.getInputStream()));
      }
      try (InputStream error = open.getErrorStream()) {
        byte[] body = error == null ? new byte[0] : error.readNBytes(ERROR_BYTES_MAX);
        return new Asked.Refused(new Exchange.Result.Answered(status, body));
      }
    } catch (IOException e) {
      return new Asked.Silent(endpoint + " does not answer: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
