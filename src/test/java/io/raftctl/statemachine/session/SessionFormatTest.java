package io.raftctl.statemachine.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A table that was saved and restored goes on as if nothing had happened.
class SessionFormatTest {
  private static final SessionLimits LIMITS = new SessionLimits(5, 4_000, 12_000);

  /// Its replies hold what is hard to write: nothing, much, and halves of characters.
  private static final StateMachine MACHINE =
      new StatelessMachine() {
        @Override
        public Reply apply(long index, byte[] command) {
          return new Reply(index % 3 > 0, "\ud800é".repeat((int) (index % 40)));
        }

        @Override
        public Reply query(byte[] command) {
          return Reply.ok("");
        }
      };

  private static SessionCommand draw(SplittableRandom random, long index) {
    RequestId id = new RequestId(random.nextLong(-4, 8), 1 + random.nextLong(20));
    long since = Math.max(0, index - 1 - random.nextLong(30));
    if (random.nextInt(8) == 0) {
      return new SessionCommand.Cancel(id, since);
    }
    long settled = 1 + random.nextLong(id.sequence());
    return new SessionCommand.Once(
        new Stamp(id, since, settled, random.nextLong(id.sequence())), new byte[0]);
  }

  private static byte[] saved(SessionTable table) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    table.save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static SessionTable restored(byte[] bytes) throws IOException {
    SessionTable table = new SessionTable(LIMITS);
    new SessionMachine(MACHINE, table)
        .apply(new Place(1, 1), new SessionCommand.Cancel(new RequestId(99, 1), 0));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    table.restore(in);
    assertThat(in.read()).as("nothing is left over").isEqualTo(-1);
    return table;
  }

  @Test
  void whateverHappenedBeforeItGoesOnAlike() throws IOException {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SessionTable original = new SessionTable(LIMITS);
      SessionTable copy = original;
      for (long index = 1; index <= 400; index++) {
        SessionCommand command = draw(random, index);
        Place at = new Place(1 + index / 100, index);
        Fate fate = new SessionMachine(MACHINE, original).apply(at, command);
        if (copy != original) {
          assertThat(new SessionMachine(MACHINE, copy).apply(at, command)).isEqualTo(fate);
        }
        if (index % 50 == 0) {
          copy = index % 100 == 0 ? original.copy() : restored(saved(original));
          assertThat(copy.bytes()).isEqualTo(original.bytes());
        }
      }
      assertThat(saved(copy)).isEqualTo(saved(original));
      assertThat(original.horizon()).as("something expired").isPositive();
    }
  }

  @Test
  void aCopyDoesNotChangeWithTheOriginal() throws IOException {
    SessionTable table = new SessionTable(LIMITS);
    SessionMachine machine = new SessionMachine(MACHINE, table);
    machine.apply(new Place(1, 1), draw(new SplittableRandom(1), 1));
    SessionTable copy = table.copy();
    byte[] before = saved(copy);
    for (long index = 2; index <= 50; index++) {
      machine.apply(new Place(1, index), draw(new SplittableRandom(index), index));
    }
    assertThat(saved(copy)).isEqualTo(before);
  }

  @Test
  void aLongReplyIsKeptWhole() throws IOException {
    String text = "\u0000x\udfff".repeat(100_000);
    SessionTable table = new SessionTable(SessionLimits.DEFAULT);
    StateMachine wordy =
        new StatelessMachine() {
          @Override
          public Reply apply(long index, byte[] command) {
            return Reply.ok(text);
          }

          @Override
          public Reply query(byte[] command) {
            return Reply.ok("");
          }
        };
    RequestId id = new RequestId(7, 1);
    SessionCommand once = new SessionCommand.Once(Stamp.first(id, 0), new byte[0]);
    Fate fate = new SessionMachine(wordy, table).apply(new Place(2, 3), once);
    assertThat(restored(saved(table)).fate(id, 0)).isEqualTo(fate);
  }

  /// Bytes that a release has written must be read by each later one.
  @Test
  void theBytesOfVersion1AreTheseForEver() throws IOException {
    SessionTable table = new SessionTable(LIMITS);
    SessionMachine machine = new SessionMachine(MACHINE, table);
    RequestId id = new RequestId(0xc0ffee, 2);
    machine.apply(new Place(3, 42), new SessionCommand.Once(Stamp.first(id, 41), new byte[0]));
    machine.apply(new Place(3, 43), new SessionCommand.Cancel(new RequestId(0xc0ffee, 3), 41));
    assertThat(HexFormat.of().formatHex(saved(table)))
        .isEqualTo(
            "00000001"
                + "0000000000000000"
                + "00000001"
                + "0000000000c0ffee"
                + "0000000000000000"
                + "000000000000002b"
                + "0000000000000001"
                + "00000002"
                + "0000000000000002"
                + "01"
                + "0000000000000003"
                + "000000000000002a"
                + "00"
                + "00000004"
                + "000a"
                + "eda080c3a9eda080c3a9"
                + "0000000000000003"
                + "02"
                + "0000000000000003"
                + "000000000000002b");
  }

  @Test
  void whatCannotHaveBeenWrittenIsRefusedAndChangesNothing() throws IOException {
    SessionTable table = new SessionTable(LIMITS);
    SessionMachine machine = new SessionMachine(MACHINE, table);
    for (long index = 1; index <= 30; index++) {
      machine.apply(new Place(1, index), draw(new SplittableRandom(index), index));
    }
    byte[] bytes = saved(table);
    byte[] otherVersion = bytes.clone();
    otherVersion[3] = 2;
    assertThatThrownBy(() -> restored(otherVersion)).hasMessageContaining("version 2");
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> table.restore(new DataInputStream(new ByteArrayInputStream(cut))))
          .isInstanceOf(IOException.class);
    }
    assertThat(saved(table)).isEqualTo(bytes);
  }
}
