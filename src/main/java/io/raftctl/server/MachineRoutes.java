package io.raftctl.server;

import com.grack.nanojson.JsonWriter;
import io.raftctl.server.fault.DiskFaults;
import io.raftctl.server.fault.ShiftedClock;
import io.raftctl.server.http.Response;
import io.raftctl.server.served.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the port for operators does to the node's own disk and clock (docs/http.md): it changes
/// what the query names, and answers how things are then.
final class MachineRoutes {
  private static final List<String> DISK = List.of("failSyncAt", "slowSyncMillis", "full", "heal");
  private static final List<String> CLOCK = List.of("jumpMillis", "rate", "heal");
  private static final long SYNCS_MAX = 1_000_000_000;
  private static final Duration SLOW_MAX = Duration.ofMinutes(1);
  private static final Duration JUMP_MAX = Duration.ofDays(1);
  private static final double RATE_MIN = 0.1;
  private static final double RATE_MAX = 10;

  private MachineRoutes() {}

  /// Everything is read before anything is changed.
  static Response disk(Map<String, String> query, DiskFaults disk) throws Problem {
    requireKnown(query, DISK);
    Long failSyncAt = number(query, "failSyncAt", SYNCS_MAX);
    Long slowSyncMillis = number(query, "slowSyncMillis", SLOW_MAX.toMillis());
    Boolean full = flag(query, "full");
    boolean heal = Boolean.TRUE.equals(flag(query, "heal"));
    if (heal) {
      disk.heal();
    }
    if (failSyncAt != null) {
      disk.failSync(failSyncAt);
    }
    if (slowSyncMillis != null) {
      disk.slowSync(Duration.ofMillis(slowSyncMillis));
    }
    if (full != null) {
      disk.full(full);
    }
    DiskFaults.State state = disk.state();
    return Response.json(
        200,
        JsonWriter.string()
            .object()
            .value("failSyncAt", state.failSyncAt())
            .value("slowSyncMillis", state.slowSyncMillis())
            .value("full", state.full())
            .value("syncsFailed", state.syncsFailed())
            .value("syncsSlowed", state.syncsSlowed())
            .value("writesRefused", state.writesRefused())
            .end()
            .done());
  }

  static Response clock(Map<String, String> query, ShiftedClock clock) throws Problem {
    requireKnown(query, CLOCK);
    Long jumpMillis = number(query, "jumpMillis", JUMP_MAX.toMillis());
    Double rate = rate(query);
    boolean heal = Boolean.TRUE.equals(flag(query, "heal"));
    if (heal) {
      clock.rate(1);
    }
    if (rate != null) {
      clock.rate(rate);
    }
    if (jumpMillis != null) {
      clock.jump(Duration.ofMillis(jumpMillis));
    }
    ShiftedClock.State state = clock.state();
    return Response.json(
        200,
        JsonWriter.string()
            .object()
            .value("rate", state.rate())
            .value("aheadMillis", state.aheadMillis())
            .value("readWrong", state.readWrong())
            .end()
            .done());
  }

  private static void requireKnown(Map<String, String> query, List<String> known) throws Problem {
    if (!known.containsAll(query.keySet())) {
      throw Problem.invalid("unknown parameter; this route understands " + known);
    }
  }

  private static @Nullable Long number(Map<String, String> query, String name, long max)
      throws Problem {
    String text = query.get(name);
    if (text == null) {
      return null;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw Problem.invalid("'" + name + "' must be a whole number from 0 to " + max);
  }

  private static @Nullable Boolean flag(Map<String, String> query, String name) throws Problem {
    String text = query.get(name);
    return switch (text) {
      case null -> null;
      case "true", "" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw Problem.invalid("'" + name + "' must be true or false");
    };
  }

  private static @Nullable Double rate(Map<String, String> query) throws Problem {
    String text = query.get("rate");
    if (text == null) {
      return null;
    }
    try {
      double rate = Double.parseDouble(text);
      if (rate >= RATE_MIN && rate <= RATE_MAX) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw Problem.invalid("'rate' must be a number from " + RATE_MIN + " to " + RATE_MAX);
  }
}
