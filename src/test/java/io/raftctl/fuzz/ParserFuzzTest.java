package io.raftctl.fuzz;

import io.raftctl.cli.command.Durations;
import io.raftctl.client.Endpoints;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Json;
import io.raftctl.linearizability.Checker;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.format.HistoryException;
import io.raftctl.linearizability.format.HistoryFormat;
import io.raftctl.linearizability.model.Models;
import io.raftctl.node.CommandEnvelope;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.statemachine.store.CommandText;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.transport.Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Every parser takes anything, and throws nothing but what its contract says.
@Timeout(86_400)
class ParserFuzzTest {
  private static final List<String> WORDS =
      List.of(
          "00c0ffee00c0ffee-7",
          "127.0.0.1:8080",
          "[::1]:8080,node-2.example:65535",
          "1.5s",
          "300ms",
          "node-1",
          "\"quoted \\\" word\"");

  private static final List<String> HISTORIES =
      List.of(
          """
          {"client":1,"f":"put","key":"x","in":1,"call":10,"return":20,"ok":true}
          {"client":2,"f":"get","key":"x","out":1,"call":15,"return":30}
          {"client":1,"f":"cas","key":"x","in":[1,2],"call":40,"return":null}
          {"client":3,"f":"incr","key":"n","in":2,"out":5,"call":45,"return":46}
          {"client":4,"f":"append","key":"l","in":"a","call":47,"return":48}
          {"fault":"kill 1","begin":12,"end":18}
          """,
          """
          {:process 0, :type :invoke, :f :write, :value 3}
          {:process 1, :type :invoke, :f :read, :value nil}
          {:process :nemesis, :type :info, :f :start-partition, :value nil}
          {:process 0, :type :info, :f :write, :value 3, :error :timeout}
          {:process 1, :type :ok, :f :read, :value 3}
          {:process 2, :type :invoke, :f :cas, :value [3 4]}
          {:process 2, :type :fail, :f :cas, :value [3 4]}
          """,
          """
          INFO  jepsen.util - 0\t:invoke\t:write\t4
          INFO  jepsen.util - 1\t:invoke\t:read\tnil
          INFO  jepsen.util - 0\t:ok\t:write\t4
          INFO  jepsen.util - 1\t:ok\t:read\t4
          INFO  jepsen.util - 2\t:invoke\t:cas\t[4 1]
          INFO  jepsen.util - 2\t:fail\t:cas\t[4 1]
          INFO  jepsen.util - :nemesis\t:info\t:start\tnil
          """);

  private static final byte[] MEMBERS =
      ConfigurationFormat.encode(
          new Configuration(
              nodes("1", "2"),
              nodes("3"),
              nodes("4"),
              nodes("5"),
              nodes("4"),
              new TreeMap<>(Map.of(new NodeId("1"), "127.0.0.1:8080")),
              new TreeMap<>(Map.of(new NodeId("2"), 77L))));

  private static final byte[] ENVELOPE =
      CommandEnvelope.encode(
          new SessionCommand.Once(
              Stamp.first(new RequestId(7, 3), 5), "put k v".getBytes(StandardCharsets.UTF_8)));

  private static SortedSet<NodeId> nodes(String... ids) {
    return List.of(ids).stream().map(NodeId::new).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void aParserThrowsWhatItSaysAndNothingElse() throws Exception {
    new Inputs(getClass(), 0.35, 20_000, 64 << 20).each(ParserFuzzTest::attempt);
  }

  private static void attempt(RandomGenerator random) throws Exception {
    switch (random.nextInt(6)) {
      case 0, 1 -> words(text(WORDS.get(random.nextInt(WORDS.size())), random));
      case 2 -> history(text(HISTORIES.get(random.nextInt(HISTORIES.size())), random));
      case 3 -> bytes(mutated(random.nextBoolean() ? MEMBERS : ENVELOPE, random));
      case 4 -> {
        var _ =
            new KeyValueStore()
                .apply(1, mutated("incr \"k k\" 5".getBytes(StandardCharsets.UTF_8), random));
      }
      default -> {
        var _ = Json.object(mutated(json(random).getBytes(StandardCharsets.UTF_8), random));
      }
    }
  }

  private static void words(String text) {
    refusing(text, io.raftctl.client.RequestId::parse);
    refusing(text, RequestId::parse);
    refusing(text, Endpoint::parse);
    refusing(text, it -> Endpoints.parse(it, "test"));
    refusing(text, Durations::parse);
    refusing(text, Address::parse);
    refusing(text, NodeId::new);
    refusing(text, CommandText::unquote);
    String quoted = CommandText.quote(text);
    if (!CommandText.unquote(quoted).equals(text) && !text.isBlank()) {
      throw new AssertionError("'" + text + "' is written as '" + quoted + "' and read otherwise");
    }
  }

  private static void history(String text) throws Exception {
    for (HistoryFormat format : HistoryFormat.values()) {
      try {
        History history = format.read(text);
        judge(history.operations());
      } catch (HistoryException e) {
        oneLine(e.getMessage());
      }
    }
    try {
      var _ = HistoryFormat.of(text);
    } catch (HistoryException e) {
      oneLine(e.getMessage());
    }
  }

  /// Whatever could be read can be judged.
  private static void judge(List<Operation> operations) throws InterruptedException {
    Set<Operation.Function> functions =
        operations.stream().map(Operation::function).collect(Collectors.toSet());
    for (Models model : Models.values()) {
      if (functions.stream().allMatch(model::knows)) {
        var _ = new Checker(1, 1 << 20).judge(model.model(), operations, () -> false);
      }
    }
  }

  private static void bytes(byte[] bytes) {
    refusing(bytes, ConfigurationFormat::decode);
    refusing(bytes, CommandEnvelope::decode);
  }

  private static <T> void refusing(T input, Consumer<T> parser) {
    try {
      parser.accept(input);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new AssertionError("no words of our own: " + e, e);
    } catch (IllegalArgumentException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("refused without a word", e);
      }
    }
  }

  private static void oneLine(String message) {
    if (message == null || message.isBlank()) {
      throw new AssertionError("refused without a word");
    }
  }

  private static String json(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> "{\"a\": [1, -2.5e10, true, null], \"b\": {\"c\": \"d\\u0041\"}}";
      case 1 -> "{\"a\": " + "[".repeat(random.nextInt(20_000));
      case 2 -> "{\"a\": " + "9".repeat(random.nextInt(400)) + "}";
      default -> "{\"code\": \"not-leader\", \"leaderAddress\": \"127.0.0.1:1\"}";
    };
  }

  private static String text(String text, RandomGenerator random) {
    String changed = random.nextInt(30) == 0 ? nested(random) : text;
    for (int i = random.nextInt(4); i > 0; i--) {
      changed = Mutation.of(changed, random);
    }
    return changed;
  }

  /// Brackets in brackets, which whoever calls itself for each of them does not survive.
  private static String nested(RandomGenerator random) {
    int depth = random.nextInt(20_000);
    String open = random.nextBoolean() ? "[" : "{:a ";
    String brackets = open.repeat(depth) + "1" + (open.equals("[") ? "]" : "}").repeat(depth);
    return switch (random.nextInt(3)) {
      case 0 -> "INFO  jepsen.util - 0\t:invoke\t:write\t" + brackets;
      case 1 -> "{\"client\":1,\"f\":\"put\",\"key\":\"x\",\"in\":" + brackets + "}";
      default -> brackets;
    };
  }

  private static byte[] mutated(byte[] bytes, RandomGenerator random) {
    byte[] changed = random.nextInt(30) == 0 ? Mutation.random(100, random) : bytes;
    for (int i = random.nextInt(3); i > 0; i--) {
      changed = Mutation.of(changed, random);
    }
    return changed;
  }
}
