package io.raftctl.simulation;

import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.judge.Safety;
import io.raftctl.statemachine.MachineLostException;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.store.KeyValueStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The state machine, with every command, reply and state held against the other nodes'.
final class ObservedMachine implements StateMachine {
  /// One of so many commands is the last that a machine outside of the process lives to see.
  private static final int LOSS_RARITY = 300;

  /// At every so many-th entry the whole state is held against the other nodes'.
  private static final int STATE_EVERY = 16;

  private final SimulatedNode node;
  private final World world;
  private StateMachine machine = new KeyValueStore();
  private boolean lost;

  ObservedMachine(SimulatedNode node) {
    this.node = node;
    this.world = node.world();
  }

  @Override
  public Reply apply(long index, byte[] command) {
    if (node.losesMachine() && node.random().nextInt(LOSS_RARITY) == 0) {
      world.note(node.id(), node.id() + " loses its state machine at " + index);
      world.coverage().reach(Mark.MACHINE_LOST);
      machine = new KeyValueStore();
      lost = true;
      throw new MachineLostException("lost at " + index);
    }
    Reply reply = machine.apply(index, command);
    String text = new String(command, StandardCharsets.UTF_8);
    world.safety().applied(node.id(), index, new Safety.Applied(text, reply, visible(index)));
    return reply;
  }

  /// All that a client could see of the state: a reply such as OK hides most of it.
  private String visible(long index) {
    if (index % STATE_EVERY > 0) {
      return ""; // To look each time would take longer than all else.
    }
    StringBuilder state = new StringBuilder();
    for (String key : query("keys").lines().toList()) {
      state.append(key).append('=').append(query("get " + key)).append('\n');
    }
    return state.toString();
  }

  private String query(String text) {
    return machine.query(text.getBytes(StandardCharsets.UTF_8)).text();
  }

  @Override
  public Reply query(byte[] command) {
    return machine.query(command);
  }

  @Override
  public State state() {
    return machine.state();
  }

  @Override
  public State read(InputStream written) throws IOException {
    return machine.read(written);
  }

  @Override
  public void restore(State state) {
    machine.restore(state);
    world.note(node.id(), node.id() + " goes on from a snapshot");
    if (node.running() && !lost) { // Without a life, this is the start of one.
      node.installed();
    }
    lost = false;
  }
}
