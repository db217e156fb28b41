package io.raftctl.client.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a node listens for clients.
///
/// @param host a name or an address; an IPv6 address without its brackets
public record Endpoint(String host, int port) {
  private static final Pattern SHAPE =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");

  /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
  ///
  /// @throws IllegalArgumentException where the text is none
  public static Endpoint parse(String text) {
    Matcher shape = SHAPE.matcher(text);
    int port = shape.matches() ? Integer.parseInt(shape.group(3)) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "'" + text + "' is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080");
    }
    return new Endpoint(shape.group(1) == null ? shape.group(2) : shape.group(1), port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
