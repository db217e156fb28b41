package io.raftctl.simulation.script;

import io.raftctl.simulation.config.Settings;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.time.Millis;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A run as a list: a world, what is done to it, and when.
///
/// @param seed draws what the world does by itself
/// @param scenes by time, ascending
/// @param endMicros how long the world lasts, before it settles if it does
/// @param settles whether all that is wrong ends then, and the nodes must agree
public record Script(
    long seed, WorldConfig world, List<Scene> scenes, long endMicros, boolean settles) {
  /// What is done at once, with nothing in between.
  public record Scene(long micros, List<Act> acts) {
    public Scene {
      acts = List.copyOf(acts);
    }
  }

  public Script {
    scenes = List.copyOf(scenes);
  }

  /// How many things are done, of those that somebody asks about.
  public long count(Predicate<Act> which) {
    return scenes.stream().flatMap(scene -> scene.acts.stream()).filter(which).count();
  }

  /// What the world must be prepared for, and no more.
  Script prepared() {
    EnumSet<Trouble> needed = EnumSet.noneOf(Trouble.class);
    scenes.stream()
        .flatMap(scene -> scene.acts.stream())
        .map(Act::trouble)
        .filter(Objects::nonNull)
        .forEach(needed::add);
    return with(
        new WorldConfig(
            world.nodes(), world.spares(), world.links(), world.disks(), world.core(), needed));
  }

  /// The same, for so long.
  Script lasting(long micros) {
    return new Script(seed, world, scenes, micros, settles);
  }

  Script with(WorldConfig other) {
    return new Script(seed, other, scenes, endMicros, settles);
  }

  /// The same with other acts.
  ///
  /// @param change of each act, in their order; null: it is left out
  Script with(Function<Act, @Nullable Act> change) {
    List<Scene> changed = new ArrayList<>();
    for (Scene scene : scenes) {
      List<Act> acts = scene.acts.stream().map(change).filter(Objects::nonNull).toList();
      if (!acts.isEmpty()) {
        changed.add(new Scene(scene.micros, acts));
      }
    }
    return new Script(seed, world, changed, endMicros, settles);
  }

  /// As a scenario.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + seed);
    SortedMap<String, String> said = Settings.of(world);
    for (String word : Settings.WORDS) {
      if (said.containsKey(word)) {
        lines.add(word + " " + said.get(word));
      }
    }
    long now = 0;
    boolean first = true;
    for (Scene scene : scenes) {
      if (!first || scene.micros > 0) {
        lines.add("sleep " + Millis.text(scene.micros - now));
      }
      first = false;
      now = scene.micros;
      scene.acts.forEach(act -> lines.add(act.line()));
    }
    lines.add("sleep " + Millis.text(endMicros - now));
    if (settles) {
      lines.add("settle");
    }
    return lines;
  }

  /// Writes down what is done while it is done.
  public static final class Recorder {
    private final List<Scene> scenes = new ArrayList<>();
    private final List<Act> acts = new ArrayList<>();
    private long event = -1;
    private long micros;

    /// @param event during which it is done; what is done during the same one is done at once
    public void add(long event, long nowMicros, Act act) {
      if (this.event != event) {
        close();
        this.event = event;
        micros = nowMicros;
      }
      acts.add(act);
    }

    /// What was added last was not possible.
    public void takeBack() {
      acts.removeLast();
    }

    private void close() {
      if (!acts.isEmpty()) {
        scenes.add(new Scene(micros, acts));
        acts.clear();
      }
    }

    /// All so far.
    public Script script(long seed, WorldConfig world, long endMicros, boolean settles) {
      close();
      return new Script(seed, world, scenes, endMicros, settles);
    }
  }
}
