package io.raftctl.linearizability;

import java.util.Locale;

/// What one client asked for and heard.
///
/// @param client who asked, as the history names it
/// @param function what was asked for
/// @param key of what; empty where a history knows one object only
/// @param in what went with it
/// @param out what came back; [Value#ABSENT] where nothing is known of it
/// @param call the moment before which it certainly did not happen
/// @param end the moment after which it had certainly happened; [#OPEN] where nobody knows
/// @param fate what the client knows of it
public record Operation(
    String client,
    Function function,
    String key,
    Value in,
    Value out,
    long call,
    long end,
    Fate fate) {
  /// The end of an operation that may still happen.
  public static final long OPEN = Long.MAX_VALUE;

  /// What was asked for.
  public enum Function {
    GET,
    PUT,
    CAS,
    APPEND,
    INCR,
    LOCK,
    UNLOCK,
    ENQUEUE,
    DEQUEUE;

    /// As it is written.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What a client knows of an operation.
  public enum Fate {
    /// It happened, and gave what came back.
    DONE,

    /// It looked, and changed nothing because of what it saw: a compare that failed.
    REFUSED,

    /// It did not happen, or nobody knows whether what it saw was the reason.
    NOTHING,

    /// It happened, or will, or never.
    UNKNOWN
  }

  public Operation {
    if (end < call) {
      throw new IllegalArgumentException("it returns at " + end + ", before its call at " + call);
    }
  }

  /// The same with another end, for a history that is cut off.
  public Operation open() {
    return new Operation(client, function, key, in, Value.ABSENT, call, OPEN, Fate.UNKNOWN);
  }

  @Override
  public String toString() {
    String what = function.word();
    String of = (key.isEmpty() ? "" : " " + key) + (in.isAbsent() ? "" : " " + in);
    return switch (fate) {
      case DONE -> what + of + (out.isAbsent() ? "" : " -> " + out);
      case REFUSED -> what + of + " -> refused" + (out.isAbsent() ? "" : " by " + out);
      case NOTHING -> what + of + " -> nothing done";
      case UNKNOWN -> what + of + " -> ?";
    };
  }
}
