package io.raftctl.cluster;

import com.grack.nanojson.JsonObject;
import io.raftctl.cluster.observed.NodeProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the disk and the clock of a node suffer on request. A restart of the node heals it.
///
/// @param id of the node
/// @param http its port for operators
public record Machine(String id, String http) {
  private static final NodeProbe PROBE = new NodeProbe(Duration.ofSeconds(5));

  /// How often something took hold since the node started.
  ///
  /// @param clockReadWrong how often its clock was read while it ran wrong, and how often it jumped
  public record Suffered(
      long syncsFailed, long syncsSlowed, long writesRefused, long clockReadWrong) {}

  /// Every sync takes longer by this.
  public void slowSync(Duration by) throws ClusterException {
    ask("/disk?slowSyncMillis=" + by.toMillis());
  }

  /// Nothing on the disk may grow.
  public void fillDisk() throws ClusterException {
    ask("/disk?full=true");
  }

  /// A sync fails, and the node ends.
  ///
  /// @param at which one from now on: 1 is the next one
  public void failSync(long at) throws ClusterException {
    ask("/disk?failSyncAt=" + at);
  }

  /// The clock jumps ahead.
  public void jumpClock(Duration by) throws ClusterException {
    ask("/clock?jumpMillis=" + by.toMillis());
  }

  /// The clock runs wrong from now on.
  ///
  /// @param rate seconds of it a second
  public void driftClock(double rate) throws ClusterException {
    ask("/clock?rate=" + rate);
  }

  /// Disk and clock are well again, if the node answers. False where it does not, and then perhaps
  /// is down: a restart heals.
  public boolean heal() {
    boolean healed = true;
    for (String route : new String[] {"/disk?heal=true", "/clock?heal=true"}) {
      try {
        PROBE.machine(http, route);
      } catch (IOException e) {
        healed = false;
      }
    }
    return healed;
  }

  /// Nothing where the node does not answer.
  public Optional<Suffered> suffered() {
    try {
      JsonObject disk = PROBE.machine(http, "/disk");
      JsonObject clock = PROBE.machine(http, "/clock");
      return Optional.of(
          new Suffered(
              disk.getLong("syncsFailed"),
              disk.getLong("syncsSlowed"),
              disk.getLong("writesRefused"),
              clock.getLong("readWrong")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// What is spoilt on purpose just now, in a few words; empty where all is well.
  public String spoilt() throws ClusterException {
    JsonObject disk = ask("/disk");
    JsonObject clock = ask("/clock");
    List<String> words = new ArrayList<>();
    if (disk.getLong("slowSyncMillis") > 0) {
      words.add("syncs are slow");
    }
    if (disk.getLong("failSyncAt") > 0) {
      words.add("a sync is to fail");
    }
    if (disk.getBoolean("full")) {
      words.add("nothing on the disk may grow");
    }
    if (clock.getDouble("rate", 1) != 1) {
      words.add("the clock runs wrong");
    }
    return String.join(", ", words);
  }

  private JsonObject ask(String route) throws ClusterException {
    try {
      return PROBE.machine(http, route);
    } catch (IOException e) {
      throw ClusterException.unavailable(
          "node " + id + " does not take " + route + ": " + e.getMessage(), "");
    }
  }
}
