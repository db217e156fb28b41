package io.raftctl.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.raftctl.client.Endpoints;
import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import io.raftctl.client.ScriptedNode.Request;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterException.Kind;
import io.raftctl.torture.nemesis.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A cluster elsewhere is broken only where it is whole and well, and nothing of it is broken yet.
class RemoteGroundTest {
  private final TreeMap<String, ScriptedNode> nodes = new TreeMap<>();

  /// What a node says after what all of them say, by its id.
  private final Map<String, String> special = new ConcurrentSkipListMap<>();

  /// Answers of a node or of all of them, by the node's id and target, or by the target.
  private final Map<String, Reply> scripted = new ConcurrentSkipListMap<>();

  private final Map<String, String> roles = new ConcurrentSkipListMap<>();

  @BeforeEach
  void start() throws IOException {
    for (String id : List.of("1", "2", "3")) {
      roles.put(id, "voter");
      nodes.put(id, ScriptedNode.start(request -> answer(id, request)));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (ScriptedNode node : nodes.values()) {
      node.close();
    }
  }

  private Reply answer(String id, Request request) {
    String target = request.target();
    Reply general = scripted.getOrDefault(target, new Reply.Close());
    return scripted.getOrDefault(
        id + " " + target,
        switch (target) {
          case "GET /v1/status", "GET /status" -> new Reply.Json(200, status(id));
          case "GET /v1/members" -> new Reply.Json(200, members("c"));
          case "POST /v1/unblock" -> new Reply.Json(200, "{\"blocked\":false,\"blockedLinks\":[]}");
          case "GET /disk" -> new Reply.Json(200, "{\"slowSyncMillis\":0,\"full\":false}");
          case "GET /clock" -> new Reply.Json(200, "{\"rate\":1.0}");
          default -> general;
        });
  }

  private String status(String id) {
    String common =
        """
        "cluster":"c","id":"%s","role":"%s","term":2,"leader":"1","commitIndex":9,\
        "appliedIndex":9,"lastIndex":9,"blocked":false,"blockedLinks":[],"droppedByFault":0\
        """
            .formatted(id, id.equals("1") ? "leader" : "follower");
    String own = special.getOrDefault(id, "");
    for (String field : own.split(",\"", -1)) {
      String name = field.replace("\"", "").split(":", 2)[0];
      common = common.replaceAll(",\"" + name + "\":(\"[^\"]*\"|[^,]*)", "");
    }
    return "{" + common + (own.isEmpty() ? "" : "," + own) + "}";
  }

  private String members(String cluster) {
    return "{\"cluster\":\"%s\",\"members\":[%s],\"removed\":[]}"
        .formatted(
            cluster,
            roles.keySet().stream()
                .map(
                    id ->
                        "{\"id\":\"%s\",\"address\":\"%s\",\"role\":\"%s\"}"
                            .formatted(id, nodes.get(id).endpoint(), roles.get(id)))
                .collect(Collectors.joining(",")));
  }

  private Endpoints endpoints(String... ids) {
    return Endpoints.parse(
        List.of(ids).stream()
            .map(id -> nodes.get(id).endpoint().toString())
            .collect(Collectors.joining(",")),
        "-e");
  }

  private ClusterException refusal(Endpoints given, Endpoints operators, Fault... faults) {
    RemoteGround.Place place = new RemoteGround.Place(given, operators, Path.of("."));
    ClusterException refusal =
        catchThrowableOfType(
            ClusterException.class,
            () -> RemoteGround.enter(place, List.of(faults), "run", _ -> {}));
    assertThat(refusal).isNotNull();
    assertThat(refusal.hint()).isNotEmpty();
    for (ScriptedNode node : nodes.values()) {
      assertThat(node.count("POST /v1/block")).isZero();
    }
    return refusal;
  }

  private long submitted() {
    return nodes.values().stream().mapToLong(it -> it.count("POST /v1/submit")).sum();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"blocked\":true|UNAVAILABLE|node 2 is blocked already",
        "\"blockedLinks\":[\"2>3\"]|UNAVAILABLE|links are cut already at node 2: [2>3]",
        "\"damage\":\"entry 4 is lost\"|UNAVAILABLE|node 2 is not well",
        "\"diskFull\":true|UNAVAILABLE|node 2 is not well",
        "\"awaitedTerms\":[\"1\"]|UNAVAILABLE|node 2 is not well",
        "\"program\":\"running\"|USAGE|a program is the state machine of node 2",
        "\"droppedByFault\":null|UNAVAILABLE|node 2 does not tell what its cut links drop",
        "\"id\":\"7\"|UNAVAILABLE|node 2 does not answer at 127.0.0.1:",
      })
  void aNodeThatIsNotAsItShouldBeIsLeftAlone(String says, Kind kind, String message) {
    special.put("2", says);
    ClusterException refusal = refusal(endpoints("1"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThat(refusal.reason()).startsWith(message);
    assertThat(submitted()).isZero();
  }

  @Test
  void aMemberThatDoesNotAnswerIsNamed() throws Exception {
    String gone = nodes.get("3").endpoint().toString();
    nodes.get("3").close();
    ClusterException refusal = refusal(endpoints("1", "3"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.reason()).isEqualTo("node 3 does not answer at " + gone);
  }

  @Test
  void aClusterWhoseMembersChangeIsLeftAlone() {
    roles.put("3", "joining");
    ClusterException refusal = refusal(endpoints("1"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.reason()).isEqualTo("node 3 is joining: the members are just changing");
  }

  @Test
  void aClusterThatNobodyLeadsIsLeftAlone() {
    special.put("2", "\"leader\":null");
    special.put("3", "\"leader\":null");
    ClusterException refusal = refusal(endpoints("1"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.reason()).isEqualTo("no node leads a majority of the cluster");
    assertThat(submitted()).isZero();
  }

  @Test
  void nodesOfTwoClustersAreTooMany() {
    scripted.put("3 GET /v1/members", new Reply.Json(200, members("other")));
    ClusterException refusal = refusal(endpoints("1", "3"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(Kind.USAGE);
    assertThat(refusal.reason()).isEqualTo("-e names nodes of two clusters, c and other");
  }

  @Test
  void nodesThatCutNoLinksOnDemandAreLeftAlone() {
    scripted.put("2 POST /v1/unblock", ScriptedNode.error(403, "denied"));
    ClusterException refusal = refusal(endpoints("1"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(Kind.DENIED);
    assertThat(submitted()).isZero();
  }

  @Test
  void aSingleVoterHasNoLinkToCut() {
    roles.put("2", "learner");
    roles.put("3", "learner");
    ClusterException refusal = refusal(endpoints("1"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(Kind.USAGE);
    assertThat(refusal.reason()).contains("no link to cut");
  }

  @Test
  void eachVotersPortForOperatorsIsNeededAndItsMachineMustBeWell() {
    ClusterException missing = refusal(endpoints("1"), endpoints("1", "2"), Fault.DISK);
    assertThat(missing.kind()).isEqualTo(Kind.USAGE);
    assertThat(missing.reason()).isEqualTo("--operators names no port of node 3");

    scripted.put("2 GET /clock", new Reply.Json(200, "{\"rate\":1.5}"));
    ClusterException spoilt = refusal(endpoints("1"), endpoints("1", "2", "3"), Fault.CLOCK);
    assertThat(spoilt.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(spoilt.reason())
        .isEqualTo("the machine of node 2 is spoilt already: the clock runs wrong");

    scripted.put("3 GET /status", new Reply.Json(200, "{\"cluster\":\"other\",\"id\":\"3\"}"));
    ClusterException stranger = refusal(endpoints("1"), endpoints("1", "3"), Fault.DISK);
    assertThat(stranger.kind()).isEqualTo(Kind.USAGE);
    assertThat(stranger.reason()).contains("which is no node of the cluster c");
    assertThat(submitted()).isZero();
  }

  /// Somebody else has this run's keys, or something else applies the commands.
  @Test
  void whatDoesNotCountFromOneIsLeftAlone() {
    scripted.put("POST /v1/submit", ScriptedNode.done("2"));
    ClusterException refusal = refusal(endpoints("1"), null, Fault.PARTITION);
    assertThat(refusal.kind()).isEqualTo(Kind.USAGE);
    assertThat(refusal.reason()).isEqualTo("the cluster does not count from 1: it replied 2");
  }

  @Test
  void othersMayWriteOnWhileItsNodesAgree() throws Exception {
    scripted.put("POST /v1/submit", ScriptedNode.done("1"));
    special.put("3", "\"lastIndex\":12,\"commitIndex\":11,\"appliedIndex\":10");
    RemoteGround.Place place = new RemoteGround.Place(endpoints("1", "2"), null, Path.of("."));
    try (RemoteGround ground =
        RemoteGround.enter(place, List.of(Fault.PARTITION), "run", _ -> {})) {
      assertThat(ground.nodes().keySet()).containsExactly("1", "2", "3");
      assertThat(ground.prefix()).isEqualTo("torture-run-");
      assertThat(ground.agree(Duration.ofSeconds(10), () -> false)).isTrue();
      special.put("3", "\"appliedIndex\":8");
      assertThat(ground.agree(Duration.ofMillis(200), () -> false)).isFalse();
      assertThat(ground.keep().directory()).isEqualTo(Path.of(".", "raftctl-torture-run"));
    }
  }
}
