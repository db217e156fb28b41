package io.raftctl.cli;

import static io.raftctl.client.ScriptedNode.done;
import static io.raftctl.client.ScriptedNode.error;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.Shell.Run;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import io.raftctl.client.ScriptedNode.Request;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract with scripts: what is on which stream, in which shape, and the exit code.
class CommandLineTest {
  private static final String CLUSTER =
      """
      {"cluster":"c","leader":%s,"term":3,"nodes":[
      {"id":"1","address":"h:1","role":"leader","term":3,"commitIndex":9,"appliedIndex":9,\
      "lastIndex":9,"lag":0,"blocked":false,"reachable":true},
      {"id":"2","address":"h:2","role":null,"term":null,"commitIndex":null,"appliedIndex":null,\
      "lastIndex":null,"lag":null,"blocked":null,"reachable":false},
      {"id":"3","address":"h:3","role":"follower","term":3,"commitIndex":8,"appliedIndex":7,\
      "lastIndex":9,"lag":2,"blocked":true,"reachable":true}]}\
      """;

  private static final String THREE_ENTRIES =
      """
      {"index":1,"term":1,"kind":"no-op"}
      {"index":2,"term":1,"kind":"command","requestId":"r-1","command":"put k v"}
      {"index":3,"term":2,"kind":"command","requestId":"r-2","commandBase64":"/w=="}
      """;

  @Test
  void aReplyIsAllThatASuccessfulCommandSays() throws IOException {
    Run run = against(_ -> done("OK"), "put", "k", "a b");

    assertThat(run).isEqualTo(new Run(ExitCode.DONE, "OK\n", ""));
  }

  @Test
  void jsonHasTheReplyAndItsPlaceInTheLog() throws IOException {
    Run run = against(_ -> done("OK"), "submit", "put k v", "-o", "json");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.json())
        .containsEntry("index", 7)
        .containsEntry("term", 2)
        .containsEntry("ok", true)
        .containsEntry("reply", "OK");
    assertThat(run.json().getString("requestId")).matches("[0-9a-f]{16}-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "submit;put  k a b       | put  k a b",
        "submit;put;k;a b        | put k \"a b\"",
        "submit;put;k;           | put k \"\"",
        "submit;put;k;say \"hi\" | put k \"say \\\"hi\\\"\"",
        "submit;put;k;C:\\dir    | put k C:\\dir",
        "submit;incr;k;-5        | incr k -5",
        "submit;put;k;--;-v      | put k -v",
        "put;a b;c               | put \"a b\" c",
        "cas;k;old;new value     | cas k old \"new value\"",
        "incr;k;-5               | incr k -5",
        "incr;k                  | incr k",
        "del;--;-k               | del -k",
      })
  void eachArgumentStaysOneWordOfTheCommand(String line, String command) throws IOException {
    try (ScriptedNode node = ScriptedNode.leader(_ -> done("OK"))) {
      shell(node).run(line.split(";", -1));

      assertThat(node.requests().getLast().body().getString("command")).isEqualTo(command);
    }
  }

  @Test
  void aNegativeReplyIsDataTooAndExits1() throws IOException {
    Reply no = new Reply.Json(200, "{\"index\":7,\"term\":2,\"ok\":false,\"reply\":\"other\"}");

    assertThat(against(_ -> no, "cas", "k", "old", "new"))
        .isEqualTo(new Run(ExitCode.NEGATIVE, "other\n", ""));
  }

  @Test
  void getPrintsTheBareValue() throws IOException {
    assertThat(against(_ -> done("a  b"), "get", "k"))
        .isEqualTo(new Run(ExitCode.DONE, "a  b\n", ""));
    assertThat(against(_ -> done("v"), "get", "k", "-o", "json").json())
        .isEqualTo(new JsonObject(Map.of("key", "k", "value", "v", "index", 7, "term", 2)));
  }

  @Test
  void getOfAMissingKeyPrintsNothingAndExits1() throws IOException {
    Reply no = new Reply.Json(200, "{\"index\":7,\"term\":2,\"ok\":false,\"reply\":\"?\"}");

    assertThat(against(_ -> no, "get", "k"))
        .isEqualTo(new Run(ExitCode.NEGATIVE, "", "raftctl: there is no key 'k'\n"));
    assertThat(against(_ -> no, "get", "k", "-o", "json").error())
        .containsEntry("code", "not-found")
        .containsKeys("message", "hint");
  }

  @Test
  void keysComeALineEachAndAsTheyAreInJson() throws IOException {
    Reply keys = done("a\\n\\\"b c\\\"");

    assertThat(against(_ -> keys, "keys").out()).isEqualTo("a\n\"b c\"\n");
    assertThat(against(_ -> keys, "keys", "-o", "json").json().getArray("keys"))
        .containsExactly("a", "b c");
  }

  /// A program need not know of keys, and what it says then is none.
  @Test
  void aStateMachineThatTellsNoKeysIsHeard() throws IOException {
    Reply no = new Reply.Json(200, "{\"index\":7,\"term\":2,\"ok\":false,\"reply\":\"what?\"}");
    Run run = against(_ -> no, "keys");
    assertThat(run.code()).isEqualTo(ExitCode.NEGATIVE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("raftctl: the state machine tells no keys: what?\n");
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid, USAGE",
    "413, too-large, USAGE",
    "403, denied, DENIED",
    "409, cancelled, UNAVAILABLE",
    "410, expired, UNAVAILABLE",
    "503, unavailable, UNAVAILABLE",
    "421, not-leader, UNAVAILABLE",
    "504, indeterminate, INDETERMINATE",
    "500, failed, INDETERMINATE",
  })
  void eachErrorOfASubmitHasItsExitCodeAndIsOneLine(int status, String error, ExitCode code)
      throws IOException {
    Function<Request, Reply> script = _ -> error(status, error);
    Run text = against(script, "submit", "x", "--timeout", "200ms");
    Run json = against(script, "submit", "x", "--timeout", "200ms", "-o", "json");

    assertThat(text.code()).isEqualTo(code);
    assertThat(text.out()).isEmpty();
    assertThat(text.err()).startsWith("raftctl: ").contains("; ").hasLineCount(1).endsWith("\n");
    assertThat(json.code()).isEqualTo(code);
    assertThat(json.out()).isEmpty();
    assertThat(json.error()).containsKeys("code", "message", "hint");
    assertThat(json.error().has("requestId")).isEqualTo(code == ExitCode.INDETERMINATE);
  }

  @Test
  void anUnknownOutcomeNamesTheRequest() throws IOException {
    Run run = against(_ -> new Reply.Close(), "put", "k", "v", "--timeout", "200ms");

    assertThat(run.code()).isEqualTo(ExitCode.INDETERMINATE);
    assertThat(run.err())
        .containsPattern("to settle it: raftctl outcome [0-9a-f]{16}-1 --since 3 --cancel\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`\"state\":\"applied\",\"index\":7,\"term\":2,\"ok\":false,\"reply\":\"no\"`"
            + " | DONE | `applied at index 7\nno\n`",
        "`\"state\":\"cancelled\",\"index\":7,\"term\":2`"
            + " | NEGATIVE | `not applied: can never apply\n`",
        "`\"state\":\"not-applied\"` | NEGATIVE | `not applied\n`",
        "`\"state\":\"forgotten\"` | INDETERMINATE | ``",
      })
  void outcomeTellsWhatBecameOfARequest(String state, ExitCode code, String out)
      throws IOException {
    Function<Request, Reply> script = _ -> new Reply.Json(200, "{" + state + ",\"asOf\":9}");
    Run run = against(script, "outcome", "00c0ffee00c0ffee-1", "--since", "3");
    Run json = against(script, "outcome", "00c0ffee00c0ffee-1", "--cancel", "-o", "json");

    assertThat(run.code()).isEqualTo(code);
    assertThat(run.out()).isEqualTo(out);
    assertThat(json.code()).isEqualTo(code);
    boolean told = code != ExitCode.INDETERMINATE;
    assertThat(run.err().isEmpty()).isEqualTo(told);
    assertThat((told ? json.json() : json.error()).getString("requestId"))
        .isEqualTo("00c0ffee00c0ffee-1");
  }

  @Test
  void outcomeTakesARequestIdOnly() {
    Run run = new Shell(Map.of()).run("outcome", "7");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("it looks like 00c0ffee00c0ffee-7");
  }

  @Test
  void whateverAServerSaysStaysOneLine() throws IOException {
    Reply hostile =
        new Reply.Json(
            400, "{\"code\":\"invalid\",\"message\":\"a\\nb\\u001b[2J\",\"hint\":\"c\\rd\"}");

    assertThat(against(_ -> hostile, "put", "k", "v").err()).isEqualTo("raftctl: a b [2J; c d\n");
  }

  @Test
  void statusShowsARowForEachNodeAndAlsoForThoseThatAreDown() throws IOException {
    Run run = against(_ -> new Reply.Json(200, CLUSTER.formatted("\"1\"")), "status");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            cluster c, leader 1, term 3
            ID  ADDRESS  ROLE      TERM  COMMIT  APPLIED  LAST  LAG  BLOCKED  REACHABLE
            1   h:1      leader    3     9       9        9     0    no       yes
            2   h:2      -         -     -       -        -     -    -        no
            3   h:3      follower  3     8       7        9     2    yes      yes
            """);
  }

  @Test
  void statusAsJsonKeepsItsShape() throws IOException {
    Run run = against(_ -> new Reply.Json(200, CLUSTER.formatted("null")), "status", "-ojson");

    assertThat(run.code()).isEqualTo(ExitCode.NEGATIVE);
    assertThat(run.json().keySet()).containsExactly("cluster", "leader", "term", "nodes");
    assertThat(run.json().isNull("leader")).isTrue();
    JsonObject down = (JsonObject) run.json().getArray("nodes").get(1);
    assertThat(down).isEqualTo(node("2", "h:2"));
    assertThat(down.keySet()).containsExactlyElementsOf(node("2", "h:2").keySet());
  }

  private static JsonObject node(String id, String address) {
    JsonObject node = new JsonObject();
    node.put("id", id);
    node.put("address", address);
    for (String unknown :
        List.of(
            "role",
            "term",
            "commitIndex",
            "appliedIndex",
            "lastIndex",
            "firstIndex",
            "snapshotIndex",
            "lag",
            "blocked")) {
      node.put(unknown, null);
    }
    node.put("reachable", false);
    return node;
  }

  @Test
  void statusPrefersTheViewThatHasALeader() throws IOException {
    try (ScriptedNode cutOff =
            ScriptedNode.start(_ -> new Reply.Json(200, CLUSTER.formatted("null")));
        ScriptedNode other =
            ScriptedNode.start(_ -> new Reply.Json(200, CLUSTER.formatted("\"1\"")))) {
      Shell shell =
          new Shell(Map.of("RAFTCTL_ENDPOINTS", cutOff.endpoint() + "," + other.endpoint()));

      assertThat(shell.run("status").out()).startsWith("cluster c, leader 1,");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "log", "block 1", "unblock --all", "get k", "put k v"})
  void whereNobodyAnswersItIsUnavailable(String line) {
    Shell shell = new Shell(Map.of("RAFTCTL_ENDPOINTS", "127.0.0.1:1"));

    Run run = shell.run((line + " --timeout 1s").split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("127.0.0.1:1 refuses connections").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "log"})
  void whereNobodyAnswersItNamesAllThatWereAsked(String line) {
    Shell shell = new Shell(Map.of("RAFTCTL_ENDPOINTS", "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3"));

    Run run = shell.run((line + " --timeout 1s").split(" "));

    assertThat(run.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err())
        .contains("127.0.0.1:1 refuses", "127.0.0.1:2 refuses", "127.0.0.1:3 refuses")
        .endsWith("; do the nodes run there? RAFTCTL_ENDPOINTS says so, -e names others\n")
        .hasLineCount(1);
  }

  @Test
  void manyThatDoNotAnswerAreCounted() {
    String many =
        IntStream.rangeClosed(1, 9).mapToObj(it -> "127.0.0.1:" + it).collect(joining(","));

    assertThat(new Shell(Map.of()).run("status", "--timeout", "1s", "-e", many).err())
        .matches("raftctl: none of 9 nodes answers, the last one: \\S+ refuses connections; .*\n");
  }

  @Test
  void blockAndUnblockNameWhatTheyDid() throws IOException {
    Function<Request, Reply> script =
        request ->
            switch (request.target()) {
              case "GET /v1/cluster" -> new Reply.Json(200, CLUSTER.formatted("\"1\""));
              case "GET /v1/status" -> ScriptedNode.status("1", "leader", 3, "1");
              default -> new Reply.Json(200, "{\"blocked\":true,\"blockedLinks\":[\"1>2\"]}");
            };
    try (ScriptedNode node = ScriptedNode.start(script)) {
      assertThat(shell(node).run("block", "leader"))
          .isEqualTo(new Run(ExitCode.DONE, "1 blocked\n", ""));
      assertThat(node.requests().getLast().target()).isEqualTo("POST /v1/block");
      assertThat(node.requests().getLast().body()).isEqualTo(Map.of("node", "1"));

      assertThat(shell(node).run("block", "--from", "1", "--to", "2").out())
          .isEqualTo("1>2 blocked\n");
      assertThat(node.requests().getLast().body()).isEqualTo(Map.of("from", "1", "to", "2"));

      assertThat(shell(node).run("block", "--from", "leader", "--to", "all"))
          .isEqualTo(new Run(ExitCode.DONE, "1>2 blocked\n1>3 blocked\n", ""));
      assertThat(node.requests().getLast().body()).isEqualTo(Map.of("from", "1", "to", "3"));
      assertThat(shell(node).run("block", "--from", "leader", "--to", "1"))
          .isEqualTo(
              new Run(
                  ExitCode.USAGE,
                  "",
                  "raftctl: a link has two ends, and --from and --to name the same node\n"));
      assertThat(shell(node).run("unblock", "--from", "1", "--to", "9").err())
          .contains("there is no node '9'");

      assertThat(shell(node).run("block", "9").code()).isEqualTo(ExitCode.USAGE);
      assertThat(shell(node).run("block", "9").err())
          .isEqualTo(
              "raftctl: there is no node '9'; the cluster has 1, 2, 3;"
                  + " 'leader', 'follower' and 'all' work too\n");
    }
  }

  @Test
  void aNodeWithoutFaultsDeniesThem() throws IOException {
    Function<Request, Reply> script =
        request ->
            switch (request.target()) {
              case "GET /v1/cluster" -> new Reply.Json(200, CLUSTER.formatted("\"1\""));
              case "GET /v1/status" -> ScriptedNode.status("1", "leader", 3, "1");
              default -> error(403, "denied");
            };
    try (ScriptedNode node = ScriptedNode.start(script)) {
      assertThat(shell(node).run("block", "1"))
          .isEqualTo(
              new Run(ExitCode.DENIED, "", "raftctl: did not block 1: it is denied; do better\n"));
    }
  }

  /// It had been taken for the first of them, whose log was then called that of all.
  @Test
  void allIsEachLiveLogWhereSeveralAreTakenAndRefusedWhereOneIs() throws IOException {
    Function<Request, Reply> script =
        request ->
            switch (request.target()) {
              case "GET /v1/cluster" -> new Reply.Json(200, CLUSTER.formatted("\"1\""));
              case "GET /v1/status" -> ScriptedNode.status("1", "leader", 3, "1");
              default -> new Reply.Json(200, THREE_ENTRIES);
            };
    try (ScriptedNode node = ScriptedNode.start(script)) {
      assertThat(shell(node).run("log", "--node", "all"))
          .isEqualTo(
              new Run(
                  ExitCode.USAGE,
                  "",
                  "raftctl: one node is meant, and 'all' names several;"
                      + " name one by its id, or as leader or follower\n"));
      assertThat(shell(node).run("log", "dump", "all").code()).isEqualTo(ExitCode.USAGE);
      assertThat(shell(node).run("log", "verify", "all", "--timeout", "1s").out())
          .startsWith("1 is intact: ")
          .doesNotContain("all is");
    }
  }

  @Test
  void aMemberIsAddedWithItsAddress() {
    Run result = new Shell(Map.of()).run("member", "add", "4=127.0.0.1:7004", "5");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err())
        .isEqualTo(
            "raftctl: 'member add' takes ID=HOST:PORT, not '5'; see 'raftctl member --help'\n");
  }

  @Test
  void membersAreSelectedAsOtherNodesAre() throws IOException {
    Function<Request, Reply> script =
        request ->
            switch (request.target()) {
              case "GET /v1/cluster" -> new Reply.Json(200, CLUSTER.formatted("\"1\""));
              case "GET /v1/status" -> ScriptedNode.status("1", "leader", 3, "1");
              default -> error(403, "denied");
            };
    try (ScriptedNode node = ScriptedNode.start(script)) {
      assertThat(shell(node).run("member", "remove", "leader").code()).isEqualTo(ExitCode.DENIED);
      assertThat(node.requests().getLast().body()).containsEntry("remove", "1");
    }
  }

  @Test
  void aNodeThatCannotBlockIsAskedOnce() throws IOException {
    Function<Request, Reply> script =
        request ->
            switch (request.target()) {
              case "GET /v1/cluster" -> new Reply.Json(200, CLUSTER.formatted("\"1\""));
              case "GET /v1/status" -> ScriptedNode.status("1", "leader", 3, "1");
              default -> error(503, "unavailable");
            };
    try (ScriptedNode node = ScriptedNode.start(script)) {
      assertThat(shell(node).run("block", "1"))
          .isEqualTo(
              new Run(
                  ExitCode.UNAVAILABLE,
                  "",
                  "raftctl: did not block 1: it is unavailable; do better\n"));
      assertThat(node.requests().stream().map(Request::target).filter("POST /v1/block"::equals))
          .hasSize(1);
    }
  }

  @Test
  void logPrintsTheCommandsAndOnRequestTheRest() throws IOException {
    Function<Request, Reply> script = _ -> new Reply.Json(200, THREE_ENTRIES);

    assertThat(against(script, "log").out())
        .isEqualTo("2\t1\tr-1\tput k v\n3\t2\tr-2\t(1 bytes)\n");
    assertThat(against(script, "log", "--all").out()).startsWith("1\t1\t-\t(no-op)\n2\t");
    assertThat(against(script, "log", "-o", "json").out().lines())
        .containsExactly(
            "{\"index\":2,\"term\":1,\"kind\":\"command\",\"requestId\":\"r-1\","
                + "\"command\":\"put k v\"}",
            "{\"index\":3,\"term\":2,\"kind\":\"command\",\"requestId\":\"r-2\","
                + "\"commandBase64\":\"/w==\"}");
  }

  private static Run against(Function<Request, Reply> script, String... arguments)
      throws IOException {
    try (ScriptedNode node = ScriptedNode.leader(script)) {
      return shell(node).run(arguments);
    }
  }

  private static Shell shell(ScriptedNode node) {
    return new Shell(Map.of("RAFTCTL_ENDPOINTS", node.endpoint().toString()));
  }
}
