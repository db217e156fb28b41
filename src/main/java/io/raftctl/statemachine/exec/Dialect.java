package io.raftctl.statemachine.exec;

import io.raftctl.statemachine.Reply;

/// How what a state machine is asked becomes lines, and lines become answers. Holds no state: what
/// a command becomes depends on the command and its place alone, so it is alike on every node.
interface Dialect {
  static Dialect of(Protocol protocol) {
    return switch (protocol) {
      case LINES -> new LinesDialect();
      case JSONL -> new JsonlDialect();
    };
  }

  /// The first words to a program that has just started.
  Abilities greet(Program program, ExecSettings settings)
      throws ProgramEndedException, InterruptedException;

  Reply apply(Program program, long term, long index, byte[] command)
      throws ProgramEndedException, InterruptedException;

  /// Only of a program with [Abilities#queries].
  Reply query(Program program, byte[] command) throws ProgramEndedException, InterruptedException;

  /// The state as text. Only of a program with [Abilities#snapshots].
  String save(Program program) throws ProgramEndedException, InterruptedException;

  /// Hands a program that has run nothing yet a state that [#save] gave.
  void restore(Program program, String state) throws ProgramEndedException, InterruptedException;
}
