package io.raftctl.statemachine.exec;

import io.raftctl.statemachine.Reply;
import java.nio.charset.StandardCharsets;

/// The command is the line, and the line that comes back is the reply.
final class LinesDialect implements Dialect {
  /// Text above this is no reply, in any dialect.
  static final int REPLY_BYTES_MAX = 1 << 20;

  private static final Reply SEVERAL_LINES =
      Reply.no(
          "not run: the program takes one line a command, and this one has several; encode line"
              + " breaks, or use --exec-protocol jsonl");
  private static final Reply TOO_LONG =
      Reply.no("the program has run it, and its reply is over 1 MiB and not kept");

  @Override
  public Abilities greet(Program program, ExecSettings settings) {
    return Abilities.NONE;
  }

  @Override
  public Reply apply(Program program, long term, long index, byte[] command)
      throws ProgramEndedException, InterruptedException {
    for (byte each : command) {
      if (each == '\n') {
        return SEVERAL_LINES;
      }
    }
    byte[] answer = program.ask(command);
    return answer == null || answer.length > REPLY_BYTES_MAX
        ? TOO_LONG
        : Reply.ok(new String(answer, StandardCharsets.UTF_8));
  }

  @Override
  public Reply query(Program program, byte[] command) {
    throw new IllegalStateException("a program that is told lines answers no queries");
  }

  @Override
  public String save(Program program) {
    throw new IllegalStateException("a program that is told lines hands out no state");
  }

  @Override
  public void restore(Program program, String state) throws ProgramEndedException {
    throw new ProgramEndedException(
        "a snapshot cannot be handed to it; --exec-protocol jsonl would do that");
  }
}
