package io.raftctl.simulation.witness;

import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import io.raftctl.linearizability.format.HistoryLines;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the clients of one world asked and heard, to be judged by a checker that knows nothing of
/// this world (docs/histories.md).
///
/// A write is one operation from its first try on, however often its client sends it again: its
/// session sees to it that it happens once. Reads that may show what is old are not in it.
public final class ClientHistory {
  /// One operation of a client.
  public static final class Call {
    private final long client;
    private final String function;
    private final String key;
    private final @Nullable Object in;
    private final long micros;
    private Fate fate = Fate.UNKNOWN;
    private @Nullable Object out;
    private long endMicros;

    private Call(long client, String function, String key, @Nullable Object in, long micros) {
      this.client = client;
      this.function = function;
      this.key = key;
      this.in = in;
      this.micros = micros;
    }

    /// As the trace names who asks.
    public String who() {
      return "client " + client;
    }

    /// It has happened.
    ///
    /// @param answer null where there was nothing
    public void done(@Nullable Object answer, long nowMicros) {
      end(Fate.DONE, nowMicros);
      out = answer;
    }

    /// It certainly has not happened, and never will.
    public void nothing(long nowMicros) {
      end(Fate.NOTHING, nowMicros);
    }

    private void end(Fate how, long nowMicros) {
      if (fate != Fate.UNKNOWN) {
        throw new AssertionError(this + " ends twice");
      }
      fate = how;
      endMicros = nowMicros;
    }

    private Operation operation(String keyPrefix, long startMicros) {
      return new Operation(
          Long.toString(client),
          Function.valueOf(function.toUpperCase(Locale.ROOT)),
          keyPrefix + key,
          in == null ? Value.ABSENT : Value.of(String.valueOf(in)),
          fate == Fate.DONE ? value(out) : Value.ABSENT,
          1_000 * (startMicros + micros),
          fate == Fate.UNKNOWN ? Operation.OPEN : 1_000 * (startMicros + endMicros),
          fate);
    }

    private static Value value(@Nullable Object answer) {
      return answer == null ? Value.NIL : Value.of(String.valueOf(answer));
    }

    @Override
    public String toString() {
      String what = function + " " + key + (in == null ? "" : " " + in);
      return switch (fate) {
        case UNKNOWN -> "asks " + what;
        case DONE -> "hears that " + what + " is done" + (out == null ? "" : ": " + out);
        case REFUSED, NOTHING -> "hears that " + what + " is not done";
      };
    }
  }

  /// Something that is broken for a while.
  public static final class Band {
    private final String what;
    private final long micros;
    private @Nullable Long endMicros;

    private Band(String what, long micros) {
      this.what = what;
      this.micros = micros;
    }

    /// It is broken no more.
    public void ends(long nowMicros) {
      endMicros = nowMicros;
    }

    private Fault fault(long startMicros) {
      Long end = endMicros;
      return new Fault(
          what,
          1_000 * (startMicros + micros),
          end == null ? Operation.OPEN : 1_000 * (startMicros + end));
    }
  }

  private final List<Call> calls = new ArrayList<>();
  private final List<Band> bands = new ArrayList<>();

  /// A client asks for something.
  ///
  /// @param function as histories name it
  /// @param in what goes with it, or null
  public Call call(long client, String function, String key, @Nullable Object in, long nowMicros) {
    Call call = new Call(client, function, key, in, nowMicros);
    calls.add(call);
    return call;
  }

  /// Something breaks, and is so until it ends.
  public Band breaks(String what, long nowMicros) {
    Band band = new Band(what, nowMicros);
    bands.add(band);
    return band;
  }

  /// The history: an operation a line, by their calls; then what was broken, a line each.
  ///
  /// @param keyPrefix tells the keys of this world from those of others
  /// @param startMicros when this world begins by the history's clock
  public List<String> lines(String keyPrefix, long startMicros) {
    return Stream.concat(
            calls.stream().map(call -> HistoryLines.line(call.operation(keyPrefix, startMicros))),
            bands.stream().map(band -> HistoryLines.line(band.fault(startMicros))))
        .toList();
  }
}
