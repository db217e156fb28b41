package io.raftctl.client.wire;

import java.net.URI;
import java.net.URISyntaxException;

/// Where a node listens for clients.
///
/// @param host a name or an address; an IPv6 address without its brackets
public record Endpoint(String host, int port) {
  /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
  ///
  /// @throws IllegalArgumentException where the text is none
  public static Endpoint parse(String text) {
    try {
      URI uri = new URI("http://" + text);
      String host = uri.getHost();
      if (host != null
          && uri.getPort() > 0
          && uri.getPort() < 65_536
          && text.equals(uri.getAuthority())) {
        return new Endpoint(
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
      }
    } catch (URISyntaxException e) {
      // Falls through to the one message that says what an endpoint looks like.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
