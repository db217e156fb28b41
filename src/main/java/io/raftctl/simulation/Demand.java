package io.raftctl.simulation;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.simulation.config.Pace;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Act.Request;
import java.util.random.RandomGenerator;

/// Draws what a client asks for, and when: again once it has an answer, after a pause.
final class Demand {
  private static final int KEYS = 4;
  private static final Consistency[] CONSISTENCIES = Consistency.values();

  private final int client;
  private final SimulatedStage stage;
  private final Pace pace;
  private final RandomGenerator random;
  private int requests;
  private boolean stopped;

  Demand(int client, SimulatedStage stage, Pace pace, RandomGenerator random) {
    this.client = client;
    this.stage = stage;
    this.pace = pace;
    this.random = random;
  }

  void start() {
    for (int i = 0; i < pace.requestsPerClient(); i++) {
      next();
    }
  }

  /// The client asks for nothing else.
  void stop() {
    stopped = true;
  }

  private void next() {
    if (!stopped) {
      stage.fromOutside(100 + random.nextLong(pace.pauseMicrosMax()), this::ask);
    }
  }

  private void ask() {
    if (!stopped) {
      stage.ask(new Act.Ask(client, ++requests, request()), this::next);
    }
  }

  private Request request() {
    String key = "k" + random.nextInt(KEYS);
    if (random.nextInt(3) == 0) {
      return new Request.Get(key, CONSISTENCIES[random.nextInt(CONSISTENCIES.length)]);
    }
    return random.nextInt(3) == 0 ? new Request.Incr() : new Request.Put(key);
  }
}
