package io.raftctl.transport;

/// Where a node listens, as a person writes it: `HOST:PORT`, an IPv6 host in brackets.
///
/// The host is a name until somebody connects: it is resolved anew for each attempt, because in
/// containers a name outlives the addresses behind it.
///
/// @param host a name or an IP address, without brackets
/// @param port 0 to 65535; 0 asks for any free port, where that makes sense
public record Address(String host, int port) {
  public Address {
    if (host.isEmpty()
        || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ',' || c == '=')) {
      throw new IllegalArgumentException("'" + host + "' is not a host name");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
  }

  /// @throws IllegalArgumentException where the text is no address
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String port = text.substring(colon + 1);
    if (host.isEmpty() || (host.contains(":") && !bracketed) || !port.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an address: it looks like 127.0.0.1:8080");
    }
    return new Address(
        bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
  }

  public Address withPort(int other) {
    return new Address(host, other);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
