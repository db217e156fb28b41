package io.raftctl.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.server.TestServer;
import io.raftctl.transport.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Web pages may have a browser send requests to any address that it reaches, this machine's own
/// among them. What changes something is done for nobody's page but our own.
class ProvenanceTest {
  private static final String FIREFOX =
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0\r\n";
  private static final String POWERSHELL =
      "User-Agent: Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0; en-US) PowerShell/7.3\r\n";

  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(TestServer.settings("1", Map.of("2", new Address("node2", 1))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// What a browser says where another site's page makes it send something.
  static Stream<Arguments> foreign() {
    return Stream.of(
        Arguments.of("an image", "localhost", FIREFOX + "Sec-Fetch-Site: cross-site\r\n"),
        Arguments.of("another port of this machine", "localhost", "Sec-Fetch-Site: same-site\r\n"),
        Arguments.of("a form", "127.0.0.1", FIREFOX + "Origin: https://evil.example\r\n"),
        Arguments.of(
            "both, and one of them is harmless",
            "localhost",
            "Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n"),
        Arguments.of("a page that hides its origin", "127.0.0.1", "Origin: null\r\n"),
        Arguments.of("an origin without a host", "", "Origin: http://\r\n"),
        Arguments.of("another scheme", "127.0.0.1", "Origin: https://127.0.0.1\r\n"),
        Arguments.of("a rebound name", "evil.example", "Origin: http://evil.example\r\n"),
        Arguments.of("an image from afar, over a plain network", "10.0.0.1", FIREFOX),
        Arguments.of("a link", "node1", "Referer: http://wiki.example/\r\n"));
  }

  static Stream<Arguments> ours() {
    return Stream.of(
        Arguments.of("curl", "raft.example.com", "User-Agent: curl/8.5.0\r\nAccept: */*\r\n"),
        Arguments.of("curl of old", "", ""),
        Arguments.of("PowerShell's curl", "raft.example.com", POWERSHELL),
        Arguments.of("Node.js", "127.0.0.1", "accept-language: *\r\nsec-fetch-mode: cors\r\n"),
        Arguments.of("the address bar", "localhost", FIREFOX + "Sec-Fetch-Site: none\r\n"),
        Arguments.of(
            "a page of this node",
            "localhost",
            FIREFOX + "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n"),
        Arguments.of("such a page, over a plain network", "10.0.0.1", origin("10.0.0.1")),
        Arguments.of("the same by IPv6", "[fd00::1]", origin("[fd00::1]")),
        Arguments.of("the same by the name of a member", "NODE2", origin("node2")));
  }

  private static String origin(String host) {
    return FIREFOX + "Origin: http://" + host + "\r\n";
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void anotherSitesPageChangesNothing(String who, String host, String headers) throws Exception {
    for (String answer : changes(host, headers)) {
      assertThat(answer)
          .startsWith("HTTP/1.1 403")
          .contains("a page of another site may have sent this");
    }
    assertThat(server.node.committed(1)).isEmpty();
    assertThat(server.operator("/status").body()).contains("\"blocked\":false");
  }

  @ParameterizedTest
  @MethodSource("ours")
  void everybodyElseIsServed(String who, String host, String headers) throws Exception {
    List<String> answers = changes(host, headers);
    assertThat(answers).allMatch(answer -> answer.startsWith("HTTP/1.1 20"));
    assertThat(answers.getFirst()).startsWith("HTTP/1.1 204");
    assertThat(server.node.committed(1)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void whatOnlyTellsIsToldToAll(String who, String host, String headers) throws Exception {
    assertThat(operator("GET", "/status", host, headers)).startsWith("HTTP/1.1 200");
    assertThat(client("GET", "/v1/status", "", host, headers)).startsWith("HTTP/1.1 200");
  }

  /// Every kind of request that changes something; the last one heals again.
  private List<String> changes(String host, String headers) throws Exception {
    List<String> answers = new ArrayList<>();
    answers.add(operator("GET", "/block", host, headers));
    answers.add(operator("POST", "/block", host, headers));
    answers.add(operator("GET", "/unblock", host, headers));
    answers.add(client("POST", "/v1/submit", "{\"command\": \"a\"}", host, headers));
    answers.add(client("POST", "/v1/read", "{\"command\": \"get a\"}", host, headers));
    answers.add(client("POST", "/v1/leader/transfer", "{}", host, headers));
    answers.add(client("POST", "/v1/members", "{}", host, headers));
    answers.add(client("POST", "/v1/block", "{}", host, headers));
    answers.add(client("POST", "/v1/unblock", "{}", host, headers));
    return answers;
  }

  private String operator(String method, String path, String host, String headers)
      throws Exception {
    return server.exchange(server.server.http(), request(method, path, "", host, headers));
  }

  private String client(String method, String path, String body, String host, String headers)
      throws Exception {
    return server.exchange(request(method, path, body, host, headers));
  }

  private static String request(
      String method, String path, String body, String host, String headers) {
    return "%s %s HTTP/1.1\r\n%s%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        .formatted(
            method,
            path,
            host.isEmpty() ? "" : "Host: " + host + "\r\n",
            headers,
            body.length(),
            body);
  }
}
