package io.raftctl.statemachine.session;

import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A state machine that runs each request at most once (thesis §6.3).
///
/// One thread calls it, with the committed entries in their order.
public final class SessionMachine {
  private final StateMachine machine;
  private final SessionLimits limits;
  private SessionTable table;
  private long term;

  public SessionMachine(StateMachine machine, SessionTable table) {
    this.machine = machine;
    this.table = table;
    this.limits = table.limits();
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
    if (at.term() != term) {
      term = at.term();
      machine.termBegins(term);
    }
    return new Fate.Applied(at, machine.apply(at.index(), command));
  }

  /// All that a snapshot has to hold. It never changes.
  ///
  /// @param sessions nobody changes it once it is part of a state
  public record State(StateMachine.State machine, SessionTable sessions) {}

  /// The state as it is now, for a thread that saves it while this one goes on.
  public State state() {
    return new State(machine.state(), table.copy());
  }

  /// Reads what [StateMachine.State] wrote, on any thread; changes nothing.
  public StateMachine.State readMachine(InputStream written) throws IOException {
    return machine.read(written);
  }

  /// Reads what [SessionTable#save] wrote, on any thread; changes nothing.
  public SessionTable readSessions(InputStream written) throws IOException {
    SessionTable read = new SessionTable(limits);
    read.restore(new DataInputStream(written));
    return read;
  }

  /// Goes on from another state, in place of all that was there.
  public void restore(State state) {
    machine.restore(state.machine());
    table = state.sessions().copy();
  }

  /// Begins from nothing, as the machine has already.
  public void restart() {
    table = new SessionTable(limits);
  }

  /// See [StateMachine#savable].
  public boolean savable() {
    return machine.savable();
  }

  /// See [StateMachine#idle].
  public void idle() {
    machine.idle();
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
