package io.raftctl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "node-1.example:1", "[::1]:65535", "localhost:0"})
  void readsAsItIsWritten(String text) {
    assertThat(Address.parse(text)).hasToString(text);
  }

  @Test
  void bracketsAreNoPartOfTheHost() {
    assertThat(Address.parse("[::1]:80")).isEqualTo(new Address("::1", 80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "host",
        "host:",
        ":80",
        "::1:80",
        "host:-1",
        "host:65536",
        "host:8o",
        "a b:80",
        "host:99999999999",
        "http://host:80"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
