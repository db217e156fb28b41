package io.raftctl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.client.wire.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
  private static final String CLUSTER =
      """
      {"name":"demo","cluster":"c","nodes":[
        {"id":"1","address":"127.0.0.1:18081","http":"127.0.0.1:19091","pid":1},
        {"id":"2","address":"127.0.0.1:18082","http":"127.0.0.1:19092","pid":2}]}\
      """;

  @TempDir Path directory;

  @Test
  void theOptionWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
    Files.writeString(directory.resolve("cluster.json"), CLUSTER);
    Map<String, String> env = Map.of("RAFTCTL_ENDPOINTS", "b:2,c:3");

    assertThat(Endpoints.find(List.of("a:1"), env, directory).all())
        .containsExactly(new Endpoint("a", 1));
    assertThat(Endpoints.find(List.of(), env, directory).all())
        .containsExactly(new Endpoint("b", 2), new Endpoint("c", 3));
    assertThat(Endpoints.find(List.of(), Map.of(), directory).all())
        .containsExactly(new Endpoint("127.0.0.1", 18_081), new Endpoint("127.0.0.1", 18_082));
  }

  @Test
  void theLocalClusterIsFoundFromBelowItsDirectory() throws IOException {
    Files.writeString(directory.resolve("cluster.json"), CLUSTER);
    Path below = Files.createDirectories(directory.resolve("nodes/1"));

    Endpoints found = Endpoints.find(List.of(), Map.of(), below);

    assertThat(found.all()).hasSize(2);
    assertThat(found.source()).endsWith("cluster.json");
  }

  @Test
  void withoutAnythingItIsTheDefault() throws IOException {
    assertThat(Endpoints.find(List.of(), Map.of("RAFTCTL_ENDPOINTS", " "), directory).all())
        .containsExactly(Endpoints.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "{}", "{\"nodes\":[]}", "{\"nodes\":[1]}", "[]"})
  void somebodyElsesFileOfThatNameIsNotOurs(String content) throws IOException {
    Files.writeString(directory.resolve("cluster.json"), content);

    assertThat(Endpoints.find(List.of(), Map.of(), directory).source()).isEqualTo("default");
  }

  @Test
  void aBrokenAddressInTheFileNamesTheFile() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("cluster.json"), "{\"nodes\":[{\"id\":\"1\",\"address\":\"x\"}]}");

    assertThatThrownBy(() -> Endpoints.find(List.of(), Map.of(), directory))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:1", "a-b.example:65535", "127.0.0.1:8080", "[::1]:8080", "host_1:2"})
  void anEndpointIsWrittenAsItWasRead(String text) {
    assertThat(Endpoint.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a:",
        ":1",
        "a:0",
        "a:65536",
        "a:-1",
        "a:x",
        "::1:80",
        "a:1/x",
        "u@a:1",
        "a b:1",
        "http://a:1",
        "a:1?x",
        "a:1#x",
        "[::1]"
      })
  void whatIsNoEndpointIsRefused(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HOST:PORT");
  }
}
