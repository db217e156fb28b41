package io.raftctl.statemachine.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValueStoreTest {
  private final KeyValueStore store = new KeyValueStore();

  /// Each row is a story: commands apart by `;`, and the reply to the last.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "put k v                          | true  | OK",
        "put k v; get k                   | true  | v",
        "put k a b  c; get k              | true  | a b  c",
        "put k \"a b\"; get k             | true  | a b",
        "put k \"a\" b; get k             | true  | \"a\" b",
        "put k say \"hi\"; get k          | true  | say \"hi\"",
        "put k \"tab\\there\"; get k      | true  | tab\there",
        "put k \"open; get k              | true  | \"open",
        "put k C:\\dir; get k             | true  | C:\\dir",
        "put \"a key\" v; get \"a key\"   | true  | v",
        "get k                            | false | (not found)",
        "put k v; del k                   | true  | OK",
        "put k v; del k; get k            | false | (not found)",
        "del k                            | false | (not found)",
        "put k v; cas k v w               | true  | OK",
        "put k v; cas k v w; get k        | true  | w",
        "put k v; cas k x w               | false | v",
        "put k v; cas k x w; get k        | true  | v",
        "put k a b; cas k \"a b\" \"\"; cas k \"\" c; get k | true | c",
        "cas k x w                        | false | (not found)",
        "incr k                           | true  | 1",
        "incr k; incr k                   | true  | 2",
        "incr k 5; incr k -7              | true  | -2",
        "put k v; incr k                  | false | not a number: k holds 'v'",
        "put k ٣; incr k                  | false | not a number: k holds '٣'",
        "put k 9223372036854775807; incr k | false"
            + " | too large: 9223372036854775807 and 1 need more than 64 bits",
        "put k 9223372036854775807; incr k; get k | true | 9223372036854775807",
        "put b 1; put a 1; put c 1; keys  | true  | `a\nb\nc`",
        "put a1 1; put b1 1; put a2 1; keys a | true | `a1\na2`",
        "put \"a\\nb\" 1; keys             | true  | \"a\\nb\"",
      })
  void answersEachCommandAsItsTableSays(String story, boolean ok, String text) {
    Reply last = Reply.no("nothing was asked");
    for (String command : story.split("; ")) {
      last = apply(command);
    }
    assertThat(last).isEqualTo(new Reply(ok, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "frobnicate",
        "PUT k v",
        "put",
        "put k",
        "put k  ",
        "get",
        "get a b",
        "get \"a",
        "get \"a\"b",
        "get \"\\x\"",
        "del a b",
        "cas k a",
        "cas k a b c",
        "incr",
        "incr k x",
        "incr k 1 2",
        "incr k 99999999999999999999",
        "keys a b",
        "put \"k v",
        "get k\u0000 x"
      })
  void whatItDoesNotUnderstandItSaysAndLeavesTheStateAlone(String command) {
    apply("put k v");

    Reply reply = apply(command);

    assertThat(reply.ok()).isFalse();
    assertThat(reply.text()).startsWith("not understood: ").doesNotContain("\n");
    assertThat(apply("keys")).isEqualTo(Reply.ok("k"));
    assertThat(apply("get k")).isEqualTo(Reply.ok("v"));
  }

  @Test
  void bytesThatAreNotUtf8AreAnswered() {
    byte[] command = {'g', 'e', 't', ' ', (byte) 0xc3, (byte) 0x28};

    assertThat(store.apply(1, command))
        .isEqualTo(Reply.no("not understood: the command is not UTF-8"));
  }

  @Test
  void aQueryReadsAndNeverWrites() {
    apply("put k v");

    assertThat(query("get k")).isEqualTo(Reply.ok("v"));
    assertThat(query("keys")).isEqualTo(Reply.ok("k"));
    for (String writing : List.of("put k w", "del k", "cas k v w", "incr k")) {
      assertThat(query(writing).ok()).isFalse();
    }
    assertThat(query("get k")).isEqualTo(Reply.ok("v"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b", "\"", "\\", "a\\", "\\n", "\n\r\t", "ü", "a\"b", " "})
  void anArgumentStaysOneWordWhenArgumentsAreJoined(String argument) {
    apply(CommandText.join(List.of("put", argument, "x")));
    apply(CommandText.join(List.of("cas", argument, "x", argument)));

    assertThat(apply(CommandText.join(List.of("get", argument)))).isEqualTo(Reply.ok(argument));
  }

  private Reply apply(String command) {
    return store.apply(1, command.getBytes(UTF_8));
  }

  private Reply query(String command) {
    return store.query(command.getBytes(UTF_8));
  }

  private byte[] written(StateMachine.State state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(bytes);
    return bytes.toByteArray();
  }

  private String get(StateMachine machine, String key) {
    return machine.query(("get " + key).getBytes(UTF_8)).text();
  }

  private void run(String command) {
    store.apply(1, command.getBytes(UTF_8));
  }

  @Test
  void aStateDoesNotSeeWhatComesLater() throws IOException {
    run("put a 1");
    StateMachine.State then = store.state();
    byte[] before = written(then);
    run("put a 2");
    run("put b 2");
    run("del a");
    assertThat(written(then)).isEqualTo(before);
    assertThat(written(store.state())).isNotEqualTo(before);
  }

  @Test
  void aRestoreReplacesAllThatWasThere() throws IOException {
    run("put a é\nb");
    run("put \"\" empty");
    byte[] bytes = written(store.state());
    KeyValueStore other = new KeyValueStore();
    other.apply(1, "put stale 1".getBytes(UTF_8));
    other.restore(other.read(new ByteArrayInputStream(bytes)));
    assertThat(get(other, "a")).isEqualTo("é\nb");
    assertThat(get(other, "\"\"")).isEqualTo("empty");
    assertThat(get(other, "stale")).isEqualTo("(not found)");
    assertThat(written(other.state())).isEqualTo(bytes);
  }

  @Test
  void equalStatesWriteEqualBytesHoweverTheyCameAbout() throws IOException {
    run("put b 1");
    run("put a 1");
    KeyValueStore other = new KeyValueStore();
    for (String command : List.of("put c 1", "put a 1", "put b 2", "del c", "put b 1")) {
      other.apply(1, command.getBytes(UTF_8));
    }
    assertThat(written(other.state())).isEqualTo(written(store.state()));
  }

  @Test
  void aStateOfAnotherVersionOrCutShortIsRefused() throws IOException {
    run("put a 1");
    byte[] bytes = written(store.state());
    for (int length = 0; length < bytes.length; length++) {
      byte[] shorter = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> store.read(new ByteArrayInputStream(shorter)))
          .isInstanceOf(IOException.class);
    }
    bytes[0] = 2;
    assertThatThrownBy(() -> store.read(new ByteArrayInputStream(bytes)))
        .hasMessageContaining("version 2");
  }

  /// What a command does hangs on the commands before it, and on nothing that a node has for
  /// itself: neither a setting nor how its state came to be.
  @Test
  void aRestoredStoreDoesWhatTheOneThatWasSavedDoes() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    KeyValueStore original = new KeyValueStore();
    KeyValueStore restored = new KeyValueStore();
    for (int index = 1; index <= 2000; index++) {
      if (index % 50 == 0) {
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        original.state().write(saved);
        restored.restore(restored.read(new ByteArrayInputStream(saved.toByteArray())));
      }
      byte[] command = command(random).getBytes(UTF_8);
      assertThat(restored.apply(index, command)).isEqualTo(original.apply(index, command));
    }
    byte[] all = "keys".getBytes(UTF_8);
    assertThat(restored.query(all)).isEqualTo(original.query(all));
  }

  private static String command(SplittableRandom random) {
    String key = " k" + random.nextInt(5);
    String value = " " + random.nextInt(4);
    return switch (random.nextInt(6)) {
      case 0 -> "put" + key + value;
      case 1 -> "get" + key;
      case 2 -> "del" + key;
      case 3 -> "cas" + key + value + " " + random.nextInt(4);
      case 4 -> "incr" + key + value;
      default -> "keys k";
    };
  }
}
