package io.raftctl.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The bytes of a command in the log: written once, read for ever.
class CommandEnvelopeTest {
  private static final RequestId ID = new RequestId(0xc0ffee, 7);
  private static final byte[] COMMAND = {1, 2, 3};

  @Test
  void eachKindHasItsBytes() {
    assertThat(hex(new SessionCommand.Plain(ID, COMMAND)))
        .isEqualTo("01" + "0000000000c0ffee" + "0000000000000007" + "010203");
    assertThat(hex(new SessionCommand.Once(new Stamp(ID, 9, 5, 6), COMMAND)))
        .isEqualTo(
            "0201"
                + "0000000000c0ffee"
                + "0000000000000007"
                + "0000000000000009"
                + "0000000000000005"
                + "0000000000000006"
                + "010203");
    assertThat(hex(new SessionCommand.Cancel(ID, 9)))
        .isEqualTo("0202" + "0000000000c0ffee" + "0000000000000007" + "0000000000000009");
  }

  private static String hex(SessionCommand command) {
    return HexFormat.of().formatHex(CommandEnvelope.encode(command));
  }

  @Test
  void whatWasWrittenIsRead() {
    assertThat(
            CommandEnvelope.decode(CommandEnvelope.encode(new SessionCommand.Plain(ID, COMMAND))))
        .isInstanceOfSatisfying(
            SessionCommand.Plain.class, plain -> assertThat(plain.command()).isEqualTo(COMMAND));
    Stamp stamp = new Stamp(ID, 9, 5, 6);
    assertThat(
            CommandEnvelope.decode(CommandEnvelope.encode(new SessionCommand.Once(stamp, COMMAND))))
        .isInstanceOfSatisfying(
            SessionCommand.Once.class,
            once -> {
              assertThat(once.stamp()).isEqualTo(stamp);
              assertThat(once.command()).isEqualTo(COMMAND);
            });
    SessionCommand cancel = new SessionCommand.Cancel(ID, 9);
    assertThat(CommandEnvelope.decode(CommandEnvelope.encode(cancel))).isEqualTo(cancel);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "09",
        "030000000000c0ffee000000000000000700",
        "01000000",
        "0203000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "02010000000000c0ffee00000000000000070000000000000009",
        "02020000000000c0ffee0000000000000007000000000000000900",
      })
  void anythingElseIsRefusedClearly(String hex) {
    assertThatThrownBy(() -> CommandEnvelope.decode(HexFormat.of().parseHex(hex)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown version");
  }
}
