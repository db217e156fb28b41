package io.raftctl.linearizability.format;

import io.raftctl.linearizability.History;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How histories are written.
public enum HistoryFormat {
  /// One JSON object a line, an operation each (docs/histories.md).
  RAFTCTL,

  /// One EDN map a line, an invocation or a completion each, as Jepsen stores them.
  JEPSEN_EDN,

  /// Lines of Jepsen's log: process, type, function and value behind `jepsen.util`.
  PORCUPINE_ETCD,

  /// One EDN vector of such maps.
  KNOSSOS;

  /// As a user writes it.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static String words() {
    return Arrays.stream(values()).map(HistoryFormat::word).collect(Collectors.joining(", "));
  }

  /// The format of that name, or null.
  public static @Nullable HistoryFormat named(String word) {
    return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst().orElse(null);
  }

  /// What a text looks like by its beginning.
  ///
  /// @throws HistoryException where it looks like nothing of that kind
  public static HistoryFormat of(String text) throws HistoryException {
    String begin = text.stripLeading();
    if (begin.startsWith("[") || begin.startsWith("(")) {
      return KNOSSOS;
    }
    if (begin.startsWith("{:") || begin.startsWith("#jepsen")) {
      return JEPSEN_EDN;
    }
    if (begin.startsWith("{")) {
      return RAFTCTL;
    }
    if (begin.lines().limit(100).anyMatch(line -> line.contains("jepsen.util"))) {
      return PORCUPINE_ETCD;
    }
    throw new HistoryException("it looks like no history that is known here");
  }

  /// Reads a whole history.
  public History read(String text) throws HistoryException {
    return switch (this) {
      case RAFTCTL -> JsonLines.read(text);
      case JEPSEN_EDN, KNOSSOS -> Edn.read(text);
      case PORCUPINE_ETCD -> JepsenLog.read(text);
    };
  }
}
