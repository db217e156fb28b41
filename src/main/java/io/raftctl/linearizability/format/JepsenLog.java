package io.raftctl.linearizability.format;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lines of Jepsen's log of a register. A `cas` that failed with its two values was compared and
/// found another value; any other `:fail` did not happen. Other lines are not of a history.
final class JepsenLog {
  private static final Pattern LINE =
      Pattern.compile("INFO\\s+jepsen\\.util - (\\S+)\\s+:(\\w+)\\s+:(\\w+)\\s+(.*\\S)\\s*");
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private JepsenLog() {}

  static History read(String text) throws HistoryException {
    Pairing pairing = new Pairing();
    List<String> lines = text.lines().toList();
    for (int number = 1; number <= lines.size(); number++) {
      Matcher line = LINE.matcher(lines.get(number - 1));
      if (line.matches()) {
        take(line, pairing, number);
      }
    }
    return pairing.end();
  }

  private static void take(Matcher line, Pairing pairing, int number) throws HistoryException {
    String process = line.group(1);
    if (process.equals(":nemesis")) {
      pairing.nemesis(line.group(3), number);
      return;
    }
    Function function = Words.function(line.group(3));
    if (function == null) {
      throw new HistoryException(number, "nobody knows what " + line.group(3) + " does");
    }
    boolean values = !line.group(4).startsWith(":");
    Value value = values ? value(line.group(4)) : Value.ABSENT;
    switch (line.group(2)) {
      case "invoke" ->
          pairing.invoke(process, function, "", Words.in(function, value), number, number);
      case "ok" -> pairing.complete(process, Words.out(function, value), Fate.DONE, number, number);
      case "fail" -> {
        boolean compared = function == Function.CAS && values;
        Fate fate = compared ? Fate.REFUSED : Fate.NOTHING;
        pairing.complete(process, Value.ABSENT, fate, number, number);
      }
      case "info" -> pairing.complete(process, Value.ABSENT, Fate.UNKNOWN, number, number);
      default ->
          throw new HistoryException(
              number, "a type is :invoke, :ok, :fail or :info, not :" + line.group(2));
    }
  }

  private static Value value(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      String inner = text.substring(1, text.length() - 1).strip();
      return Value.of(Arrays.stream(SPACES.split(inner)).map(JepsenLog::plain).toList());
    }
    return plain(text);
  }

  private static Value plain(String text) {
    return text.equals("nil") ? Value.NIL : Value.of(text);
  }
}
