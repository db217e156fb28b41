package io.raftctl.simulation.config;

import io.raftctl.raft.RaftConfig.Features;
import io.raftctl.raft.RaftConfig.Limits;
import io.raftctl.simulation.time.Millis;
import io.raftctl.statemachine.session.SessionLimits;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A world in words, a line each: `nodes 5`, `loss 30`, `entry-rot any`. What is not said is calm.
public final class Settings {
  /// All of them, in the order in which a script has them.
  public static final List<String> WORDS =
      List.of(
          "nodes",
          "spares",
          "features",
          "election-ticks",
          "delay",
          "loss",
          "duplicates",
          "overtaking",
          "sync",
          "copy-on-write",
          "entry-rot",
          "misdirection",
          "vote-rot",
          "snapshot-rot",
          "snapshot-bytes",
          "segment-bytes",
          "message-bytes",
          "inflight-bytes",
          "uncommitted-bytes",
          "cache-bytes",
          "sessions",
          "session-bytes",
          "all-sessions-bytes",
          "slow-apply",
          "troubles");

  private static final int NODES_MAX = 7;
  private static final int SPARES_MAX = 5;
  private static final long MICROS_MAX = 60_000_000;
  private static final long BYTES_MAX = 1 << 30;
  private static final int SEGMENT_BYTES_MIN = 2 << 10;

  private final Map<String, String> said;

  private Settings(Map<String, String> said) {
    this.said = said;
  }

  /// The world that is as they say.
  ///
  /// @param said by word; each of [#WORDS]
  /// @throws IllegalArgumentException where a value makes no sense
  public static WorldConfig world(Map<String, String> said) {
    return new Settings(said).world();
  }

  /// What makes a world differ from a calm one; [#world] gives it back.
  public static SortedMap<String, String> of(WorldConfig world) {
    SortedMap<String, String> said = all(world);
    for (String word : WORDS) {
      String value = said.remove(word);
      if (value != null && !world(said).equals(world)) {
        said.put(word, value);
      }
    }
    return said;
  }

  private static SortedMap<String, String> all(WorldConfig world) {
    Core core = world.core();
    Limits limits = core.limits();
    SortedMap<String, String> said = new TreeMap<>();
    said.put("nodes", text(world.nodes()));
    said.put("spares", text(world.spares()));
    said.put("features", features(core.features()));
    said.put("election-ticks", text(core.electionTicks()));
    said.put("delay", Millis.text(world.links().delayMicrosMax()));
    said.put("loss", percent(world.links().lossRate()));
    said.put("duplicates", percent(world.links().duplicateRate()));
    said.put("overtaking", onOff(world.links().reorders()));
    said.put("sync", Millis.text(world.disks().syncMicrosMax()));
    said.put("copy-on-write", onOff(world.disks().copyOnWrite()));
    said.put("entry-rot", world.disks().rot().name().toLowerCase(Locale.ROOT));
    said.put("misdirection", onOff(world.disks().misdirects()));
    said.put("vote-rot", onOff(world.disks().rotsVotes()));
    said.put("snapshot-rot", onOff(world.disks().rotsSnapshots()));
    said.put("snapshot-bytes", text(core.snapshotBytes()));
    said.put("segment-bytes", text(core.segmentBytes()));
    said.put("message-bytes", text(limits.messageBytesMax()));
    said.put("inflight-bytes", text(limits.inflightBytesMax()));
    said.put("uncommitted-bytes", text(limits.uncommittedBytesMax()));
    said.put("cache-bytes", text(limits.cacheBytesMax()));
    said.put("sessions", text(core.sessions().sessionsMax()));
    said.put("session-bytes", text(core.sessions().sessionBytesMax()));
    said.put("all-sessions-bytes", text(core.sessions().bytesMax()));
    said.put("slow-apply", onOff(core.appliesBeside()));
    said.put("troubles", words(world.troubles()));
    return said;
  }

  private WorldConfig world() {
    WorldConfig calm = WorldConfig.CALM;
    Disks disks = calm.disks();
    return new WorldConfig(
        (int) number("nodes", calm.nodes(), 1, NODES_MAX),
        (int) number("spares", calm.spares(), 0, SPARES_MAX),
        new Links(
            rate("loss"),
            rate("duplicates"),
            micros("delay", calm.links().delayMicrosMax()),
            isOn("overtaking")),
        new Disks(
            micros("sync", disks.syncMicrosMax()),
            isOn("copy-on-write"),
            rot(),
            isOn("misdirection"),
            isOn("vote-rot"),
            isOn("snapshot-rot")),
        core(calm.core()),
        troubles(calm.troubles()));
  }

  private Core core(Core calm) {
    long snapshotBytes = bytes("snapshot-bytes", calm.snapshotBytes());
    // Where snapshots are small, so are segments, or none would ever be free.
    long segmentBytes = Math.clamp(snapshotBytes, SEGMENT_BYTES_MIN, calm.segmentBytes());
    SessionLimits sessions = calm.sessions();
    long allSessions = bytes("all-sessions-bytes", sessions.bytesMax());
    return new Core(
        (int) number("election-ticks", calm.electionTicks(), 2, 1_000),
        features(),
        (int) number("segment-bytes", segmentBytes, SEGMENT_BYTES_MIN, BYTES_MAX),
        snapshotBytes,
        limits(calm.limits()),
        new SessionLimits(
            (int) number("sessions", sessions.sessionsMax(), 1, 1 << 20),
            bytes("session-bytes", Math.min(sessions.sessionBytesMax(), allSessions)),
            allSessions),
        isOn("slow-apply"));
  }

  private Limits limits(Limits usual) {
    long messageBytes = bytes("message-bytes", usual.messageBytesMax());
    // A window of one message, where messages are small.
    boolean small = messageBytes < usual.messageBytesMax();
    return new Limits(
        messageBytes,
        bytes("inflight-bytes", small ? messageBytes : usual.inflightBytesMax()),
        bytes("uncommitted-bytes", usual.uncommittedBytesMax()),
        bytes("cache-bytes", usual.cacheBytesMax()));
  }

  private static String text(long number) {
    return Long.toString(number);
  }

  private long bytes(String word, long otherwise) {
    return number(word, otherwise, 1, BYTES_MAX);
  }

  private long number(String word, long otherwise, long min, long max) {
    String value = said.get(word);
    if (value == null) {
      return otherwise;
    }
    if (value.matches("[0-9]{1,18}")) {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is not a whole number from %d to %d".formatted(value, min, max));
  }

  private static String percent(double rate) {
    return BigDecimal.valueOf(rate).movePointRight(2).stripTrailingZeros().toPlainString();
  }

  private double rate(String word) {
    String value = said.getOrDefault(word, "0");
    if (value.matches("[0-9]{1,3}(\\.[0-9]{1,6})?")) {
      double percent = Double.parseDouble(value);
      if (percent <= 100) {
        return percent / 100.0;
      }
    }
    throw new IllegalArgumentException("'" + value + "' is not a number of percent, 0 to 100");
  }

  private long micros(String word, long otherwise) {
    String value = said.get(word);
    if (value == null) {
      return otherwise;
    }
    long micros = Millis.micros(value);
    if (micros < 1 || micros > MICROS_MAX) {
      throw new IllegalArgumentException("'" + value + "' is no time from 0.001ms to a minute");
    }
    return micros;
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  private boolean isOn(String word) {
    String value = said.getOrDefault(word, "off");
    return switch (value) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException("'" + value + "' is neither on nor off");
    };
  }

  private Rot rot() {
    String value = said.getOrDefault("entry-rot", "none");
    return Arrays.stream(Rot.values())
        .filter(rot -> rot.name().toLowerCase(Locale.ROOT).equals(value))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("'" + value + "' is not none, spared or any"));
  }

  private static String features(Features features) {
    if (features.preVote()) {
      return features.checkQuorum() ? "all" : "prevote";
    }
    return features.checkQuorum() ? "checkquorum" : "paper";
  }

  private Features features() {
    String value = said.getOrDefault("features", "all");
    return switch (value) {
      case "all" -> Features.DEFAULT;
      case "paper" -> Features.PAPER;
      case "prevote" -> new Features(true, false);
      case "checkquorum" -> new Features(false, true);
      default ->
          throw new IllegalArgumentException(
              "'%s' are no features: all, prevote, checkquorum, or paper, elections as in Figure 2"
                  .formatted(value));
    };
  }

  private static String words(Set<Trouble> troubles) {
    return troubles.isEmpty()
        ? "none"
        : troubles.stream().map(Trouble::word).collect(Collectors.joining(","));
  }

  private Set<Trouble> troubles(Set<Trouble> otherwise) {
    String value = said.get("troubles");
    if (value == null) {
      return otherwise;
    }
    EnumSet<Trouble> troubles = EnumSet.noneOf(Trouble.class);
    for (String word : value.equals("none") ? List.<String>of() : List.of(value.split(",", -1))) {
      troubles.add(
          Arrays.stream(Trouble.values())
              .filter(trouble -> trouble.word().equals(word))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'%s' is no trouble; there are %s"
                              .formatted(word, words(EnumSet.allOf(Trouble.class))))));
    }
    return troubles;
  }
}
