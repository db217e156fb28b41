package io.raftctl.repl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftctl.cluster.ClusterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "put k v ~ [put, k, v]",
        "`  put\tk  v ` ~ [put, k, v]",
        "put k 'a  b' ~ [put, k, a  b]",
        "put k \"a \\\"b\\\" \\n\" ~ [put, k, a \"b\" \\n]",
        "put k a\\ b ~ [put, k, a b]",
        "put k 'it'\\''s' ~ [put, k, it's]",
        "put k '' ~ [put, k, ]",
        "put a#b c # a comment ~ [put, a#b, c]",
        "put k '#v' ~ [put, k, #v]",
        "`` ~ []",
        "`   ` ~ []",
        "# all of it ~ []",
      })
  void areCutAsAShellWould(String line, String words) throws Exception {
    assertThat(Words.of(line)).hasToString(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"put k 'v", "put k \"v", "put k v\\"})
  void refuseALineThatDoesNotEnd(String line) {
    assertThatExceptionOfType(ClusterException.class).isThrownBy(() -> Words.of(line));
  }

  @Test
  void expandNothing() throws Exception {
    assertThat(Words.of("put $HOME *")).containsExactly("put", "$HOME", "*");
  }
}
