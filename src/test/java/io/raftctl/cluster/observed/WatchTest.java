package io.raftctl.cluster.observed;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who belongs to the cluster is the word of its log, and of the best one that can be had.
class WatchTest {
  private final Watch watch = new Watch();
  private final List<ScriptedNode> nodes = new ArrayList<>();
  private final TreeMap<String, String> running = new TreeMap<>();

  /// What each node says of the members.
  private final Map<String, String> members = new ConcurrentSkipListMap<>();

  @AfterEach
  void stop() throws Exception {
    for (ScriptedNode node : nodes) {
      node.close();
    }
  }

  private String node(String id, String role, long term, long lastIndex) throws IOException {
    String status =
        """
        {"cluster":"c","id":"%s","role":"%s","term":%d,"leader":"1","commitIndex":%4$d,\
        "appliedIndex":%4$d,"lastIndex":%4$d,"blocked":false,"blockedLinks":[]}
        """
            .formatted(id, role, term, lastIndex);
    ScriptedNode node =
        ScriptedNode.start(
            request ->
                switch (request.target()) {
                  case "GET /v1/status" -> new Reply.Json(200, status);
                  case "GET /v1/members" -> new Reply.Json(200, members.getOrDefault(id, "{}"));
                  default -> new Reply.Close();
                });
    nodes.add(node);
    return node.endpoint().toString();
  }

  private static String members(String removed, String... idsRolesAndAddresses) {
    List<String> rows = new ArrayList<>();
    for (String row : idsRolesAndAddresses) {
      String[] words = row.split(" ");
      rows.add(
          "{\"id\":\"%s\",\"role\":\"%s\",\"address\":\"%s\"}"
              .formatted(words[0], words[1], words[2]));
    }
    return "{\"cluster\":\"c\",\"members\":%s,\"removed\":[%s]}".formatted(rows, removed);
  }

  @Test
  void asLongAsNobodyTellsAllNodesAreTheMembers() {
    assertThat(watch.look(running, List.of("1", "2", "3")).voters()).containsExactly("1", "2", "3");
    assertThat(watch.members()).isNull();
  }

  @Test
  void theLeaderOfTheLatestTermIsBelievedOrElseTheLongestLog() throws Exception {
    running.put("1", node("1", "leader", 2, 9));
    running.put("2", node("2", "leader", 3, 8));
    running.put("3", node("3", "follower", 3, 7));
    members.put("1", members("", "1 voter a:1"));
    members.put("2", members("", "1 voter a:1", "2 voter b:1", "4 learner d:1"));
    members.put("3", members("", "3 voter c:1"));
    assertThat(watch.look(running, running.keySet()).voters()).containsExactly("1", "2");
    running.remove("1");
    running.remove("2");
    assertThat(watch.look(running, running.keySet()).voters()).containsExactly("3");
    running.clear();
    assertThat(watch.look(running, List.of("1")).voters()).as("remembered").containsExactly("3");
  }

  @Test
  void whoWasRemovedIsNotLookedAtAnyMore() throws Exception {
    running.put("1", node("1", "leader", 2, 9));
    running.put("2", node("2", "pre-candidate", 2, 5));
    members.put("1", members("\"2\"", "1 voter a:1"));
    Observation view = watch.look(running, running.keySet());
    assertThat(view.answers()).extracting(NodeReport::id).containsExactly("1");
    assertThat(view.converged(List.of("1"))).isTrue();
  }

  @Test
  void membersThatAreNoNodesOfOursAreLookedAtToo() throws Exception {
    running.put("1", node("1", "leader", 2, 9));
    String elsewhere = node("5", "follower", 2, 9);
    members.put("1", members("", "1 voter a:1", "5 voter " + elsewhere));
    watch.look(running, running.keySet());
    Observation view = watch.look(running, running.keySet());
    assertThat(view.answers()).extracting(NodeReport::id).containsExactly("1", "5");
    assertThat(view.leader()).as("two votes of two").isPresent();
  }

  @Test
  void aNodeThatKnowsOfNobodyYetIsNotBelieved() throws Exception {
    running.put("4", node("4", "learner", 0, 0));
    members.put("4", members(""));
    assertThat(watch.look(running, List.of("1", "4")).voters()).containsExactly("1", "4");
  }
}
