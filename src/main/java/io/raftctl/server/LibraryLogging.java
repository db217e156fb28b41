package io.raftctl.server;

import io.grpc.StatusRuntimeException;
import io.raftctl.transport.grpc.Complaints;
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
    private final Complaints complaints;

    OneLine(Consumer<String> log) {
      this.complaints = new Complaints(log);
    }

    @Override
    public void publish(LogRecord entry) {
      Throwable thrown = entry.getThrown();
      // A call that ended with a status has been answered; gRPC calls that severe where the client
      // sent bytes that are no message.
      if (entry.getLevel().intValue() >= Level.SEVERE.intValue()
          && !(thrown instanceof StatusRuntimeException)) {
        String line = entry.getLoggerName() + ": " + entry.getMessage();
        complaints.complain((thrown == null ? line : line + ": " + thrown).replaceAll("\\s+", " "));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
