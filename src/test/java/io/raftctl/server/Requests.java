package io.raftctl.server;

import io.raftctl.transport.Address;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// One-shot requests of HTTP/1.1.
public final class Requests {
  private Requests() {}

  public static HttpResponse<String> post(Address address, String path, String body)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public static HttpResponse<String> get(Address address, String path)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create("http://" + address + path)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          request.version(HttpClient.Version.HTTP_1_1).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
