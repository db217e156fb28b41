package io.raftctl.statemachine.session;

import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;

/// A state machine that runs each request at most once (thesis §6.3).
///
/// One thread calls it, with the committed entries in their order.
public final class SessionMachine {
  private final StateMachine machine;
  private final SessionTable table;

  public SessionMachine(StateMachine machine, SessionTable table) {
    this.machine = machine;
    this.table = table;
  }

  /// Does what a committed entry asks for, unless that was done before.
  ///
  /// @param at behind every place before
  /// @return what is known of its request now. [Fate.NotApplied]: it came before the one that it
  ///   must follow, and may be sent again
  public Fate apply(Place at, SessionCommand command) {
    return switch (command) {
      case SessionCommand.Plain plain -> run(at, plain.command());
      case SessionCommand.Once once -> runOnce(at, once);
      case SessionCommand.Cancel cancel -> table.cancel(at, cancel);
    };
  }

  private Fate runOnce(Place at, SessionCommand.Once once) {
    Fate known = table.admit(at, once.stamp());
    if (known != null) {
      return known;
    }
    Fate.Applied applied = run(at, once.command());
    table.ran(once.id(), applied);
    return applied;
  }

  private Fate.Applied run(Place at, byte[] command) {
    return new Fate.Applied(at, machine.apply(at.index(), command));
  }

  /// Answers a command that only reads.
  public Reply query(byte[] command) {
    return machine.query(command);
  }

  /// What is known of a request; see [SessionTable#fate].
  public Fate fate(RequestId id, long since) {
    return table.fate(id, since);
  }
}
