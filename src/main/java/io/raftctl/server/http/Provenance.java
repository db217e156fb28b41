package io.raftctl.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a request comes from, as far as its headers tell.
///
/// A web page may have a browser send requests to whatever that reaches, this machine's own ports
/// among them, by an image, a form or a script. It cannot read the answers, but a command or a
/// block would be done. So what changes something asks here first. A page cannot forge these
/// headers, and programs that are no browser send none of them:
/// - `Sec-Fetch-Site` says whose page it was. Browsers send it to this machine, and by TLS.
/// - Elsewhere there is `Origin`, with POST at least. It must be the very host that the request is
///   for; and that one must be known to be ours, or somebody's name was made to point here a moment
///   ago (DNS rebinding).
/// - A browser that says neither may be asked by anybody.
///
/// @param site `Sec-Fetch-Site`
/// @param origin `Origin`
/// @param host `Host`
/// @param browser whether it looks as if a browser had sent it
public record Provenance(
    @Nullable String site, @Nullable String origin, @Nullable String host, boolean browser) {
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-f:.]+]");

  static Provenance of(HttpHeaders headers) {
    String agent = headers.get(HttpHeaderNames.USER_AGENT, "");
    // All browsers call themselves so since the nineties, and no page can change it.
    boolean browser = agent.startsWith("Mozilla/") && !agent.contains("PowerShell/");
    return new Provenance(
        headers.get("Sec-Fetch-Site"),
        headers.get(HttpHeaderNames.ORIGIN),
        headers.get(HttpHeaderNames.HOST),
        browser || headers.contains(HttpHeaderNames.REFERER));
  }

  /// Whether the page of another site may have had it sent.
  ///
  /// @param names the hosts by which this node and its peers are known
  public boolean foreign(Collection<String> names) {
    if (site != null) {
      return !site.equals("same-origin") && !site.equals("none");
    }
    return origin == null
        ? browser
        : !(origin.equalsIgnoreCase("http://" + host) && known(host, names));
  }

  private static boolean known(@Nullable String hostAndPort, Collection<String> names) {
    if (hostAndPort == null) {
      return false;
    }
    String host = hostAndPort.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    return IP_ADDRESS.matcher(host).matches()
        || host.equals("localhost")
        || names.stream().anyMatch(host::equalsIgnoreCase);
  }
}
