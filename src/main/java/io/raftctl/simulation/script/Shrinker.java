package io.raftctl.simulation.script;

import io.raftctl.raft.NodeId;
import io.raftctl.simulation.config.Settings;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.fault.Barrier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Leaves out of a run that breaks a promise what it does not take, for as long as it still breaks
/// the same one: requests, faults, nodes, and what the world does by itself.
///
/// What remains is minimal in the sense of delta debugging (Zeller and Hildebrandt, 2002): without
/// any one of its acts the promise would be kept, if there were runs enough to try all. Since what
/// a part of the world draws depends on that part alone, most of a run stays as it was when
/// something is left out.
public final class Shrinker {
  /// Runs a script.
  public interface Trial {
    /// @return the script as far as it got, where it broke the same promise; null where it did not
    @Nullable Script run(Script script);
  }

  /// What says how much of a world there is, and not what it does by itself.
  private static final List<String> HOW_MANY = List.of("nodes", "spares", "troubles");

  /// Without something a promise may be broken a little later.
  private static final long SLACK_MICROS = 500_000;

  private final Trial trial;
  private final Consumer<Script> progress;
  private final int runsMax;
  private int runs;

  /// @param progress is told each script that is smaller than the one before it
  /// @param runsMax how often a script is run at most
  public Shrinker(Trial trial, Consumer<Script> progress, int runsMax) {
    this.trial = trial;
    this.progress = progress;
    this.runsMax = runsMax;
  }

  /// How many scripts were run.
  public int runs() {
    return runs;
  }

  /// The smallest script that breaks the promise, as far as runs suffice to find it.
  ///
  /// @param failing breaks it
  public Script shrink(Script failing) {
    Script best = failing;
    Script before;
    do {
      before = best;
      best = withoutAny(best, act -> act instanceof Act.Ask);
      best = withoutAny(best, act -> !(act instanceof Act.Ask));
      best = withFewerNodes(best);
      best = withFewerActs(best);
      best = inACalmerWorld(best);
      best = settlingSooner(best);
    } while (!best.equals(before) && runs < runsMax);
    return best;
  }

  /// @return the candidate, up to where it broke the promise; else `best`
  private Script better(Script best, Script candidate) {
    if (runs >= runsMax || candidate.equals(best)) {
      return best;
    }
    runs++;
    Script failed = trial.run(candidate.settles() ? candidate : candidate.lasting(later(best)));
    if (failed == null) {
      return best;
    }
    progress.accept(failed);
    return failed;
  }

  private static long later(Script best) {
    return best.endMicros() + SLACK_MICROS;
  }

  private Script withoutAny(Script best, Predicate<Act> which) {
    return better(best, best.with(act -> which.test(act) ? null : act));
  }

  /// Half of all acts at a time, then a quarter, and so on to each by itself.
  private Script withFewerActs(Script script) {
    Script best = script;
    for (int size = count(best) / 2; size >= 1; size = size == 1 ? 0 : (size + 1) / 2) {
      int end = count(best);
      while (end > 0 && runs < runsMax) {
        int start = Math.max(0, end - size);
        best = better(best, without(best, start, end));
        end = Math.min(start, count(best));
      }
    }
    return best;
  }

  private static int count(Script script) {
    return (int) script.count(_ -> true);
  }

  /// @param start counts acts from 0
  private static Script without(Script script, int start, int end) {
    int[] at = {0};
    return script.with(
        act -> {
          int here = at[0]++;
          return here < start || here >= end ? act : null;
        });
  }

  private Script withFewerNodes(Script script) {
    Script best = better(script, ofSize(script, script.world().nodes(), 0));
    for (int nodes = 1; nodes < best.world().nodes(); nodes++) {
      Script smaller = better(best, ofSize(best, nodes, best.world().spares()));
      if (smaller.world().nodes() == nodes) {
        return smaller;
      }
    }
    return best;
  }

  /// The same without the nodes that there are no longer.
  private static Script ofSize(Script script, int nodes, int spares) {
    WorldConfig world = script.world();
    return script
        .with(act -> among(act, nodes + spares))
        .with(
            new WorldConfig(
                nodes, spares, world.links(), world.disks(), world.core(), world.troubles()));
  }

  /// The act without nodes past the last one; null where nothing is left of it.
  private static @Nullable Act among(Act act, int last) {
    if (!within(act.nodes(), last).equals(act.nodes())) {
      return null;
    }
    if (act instanceof Act.Cut(Barrier barrier)) {
      List<NodeId> from = within(barrier.from(), last);
      List<NodeId> to = within(barrier.to(), last);
      return from.isEmpty() || to.isEmpty()
          ? null
          : new Act.Cut(new Barrier(from, to, barrier.bothWays()));
    }
    if (act instanceof Act.Change(NodeId asked, List<NodeId> voters, List<NodeId> learners)) {
      return new Act.Change(asked, within(voters, last), within(learners, last));
    }
    return act;
  }

  private static List<NodeId> within(List<NodeId> nodes, int last) {
    return nodes.stream().filter(node -> Integer.parseInt(node.value()) <= last).toList();
  }

  private Script inACalmerWorld(Script script) {
    Script best = better(script, script.prepared());
    for (String word : Settings.WORDS) {
      Map<String, String> said = new TreeMap<>(Settings.of(best.world()));
      if (!HOW_MANY.contains(word) && said.remove(word) != null) {
        best = better(best, calmer(best, said));
      }
    }
    return best;
  }

  /// Settings that need each other may make no sense without one of them.
  private static Script calmer(Script script, Map<String, String> said) {
    try {
      return script.with(Settings.world(said));
    } catch (IllegalArgumentException e) {
      return script;
    }
  }

  /// What breaks only once all has calmed down need not wait for that.
  private Script settlingSooner(Script script) {
    if (!script.settles() || script.scenes().isEmpty()) {
      return script;
    }
    long last = script.scenes().getLast().micros();
    Script sooner = script.lasting(last);
    if (sooner.equals(script) || runs >= runsMax) {
      return script;
    }
    runs++;
    Script failed = trial.run(sooner);
    return failed == null ? script : failed;
  }
}
