package io.raftctl.statemachine.session;

import io.raftctl.statemachine.StateMachine;
import java.io.InputStream;

/// A machine that has nothing to remember.
abstract class StatelessMachine implements StateMachine {
  @Override
  public State state() {
    return target -> {};
  }

  @Override
  public State read(InputStream written) {
    return state();
  }

  @Override
  public void restore(State state) {}
}
