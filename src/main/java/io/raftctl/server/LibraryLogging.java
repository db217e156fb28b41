package io.raftctl.server;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Tames what libraries log.
///
/// They report each broken connection with a stack trace, and broken connections are a node's daily
/// bread: what matters of them is reported by whoever owns the connection. Only what a library
/// calls severe is kept, as one line.
public final class LibraryLogging {
  private LibraryLogging() {}

  /// Sends severe messages of all libraries to `log`, and drops the others.
  public static void tame(Consumer<String> log) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.SEVERE);
    root.addHandler(new OneLine(log));
  }

  private static final class OneLine extends Handler {
    private final Consumer<String> log;

    OneLine(Consumer<String> log) {
      this.log = log;
    }

    @Override
    public void publish(LogRecord entry) {
      if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
        Throwable thrown = entry.getThrown();
        String line = entry.getLoggerName() + ": " + entry.getMessage();
        log.accept((thrown == null ? line : line + ": " + thrown).replaceAll("\\s+", " "));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
