package io.raftctl.cli.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.simulation.witness.Witnesses;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The files that are wanted of a run: the trace of its seed, and what clients did.
///
/// A seed that runs alone has its keys and times in the history as they are. Of several the keys
/// are told apart by `SEED/`, and each begins when the one before it has ended.
final class Records implements AutoCloseable {
  private final @Nullable Path traceFile;
  private final @Nullable Path historyFile;
  private final @Nullable PrintWriter trace;
  private final @Nullable PrintWriter history;
  private final boolean alone;

  /// @param traceFile null where none is wanted
  /// @param historyFile null where none is wanted
  /// @param alone whether there is one seed only
  /// @throws IOException where one of them cannot be written
  Records(@Nullable Path traceFile, @Nullable Path historyFile, boolean alone) throws IOException {
    this.traceFile = traceFile;
    this.historyFile = historyFile;
    this.alone = alone;
    trace = open(traceFile);
    history = open(historyFile);
  }

  private static @Nullable PrintWriter open(@Nullable Path file) throws IOException {
    try {
      return file == null ? null : new PrintWriter(Files.newBufferedWriter(file, UTF_8));
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " (" + e.getMessage() + ")";
  }

  /// Whoever looks at the next seed.
  Witnesses witnesses(Coverage coverage) {
    return new Witnesses(coverage, trace == null ? null : trace::println, new ClientHistory());
  }

  /// A seed has ended, well or not.
  ///
  /// @param startMicros how long all seeds before it lasted
  /// @throws IOException where something could not be written
  void ended(long seed, Witnesses witnesses, long startMicros) throws IOException {
    if (history != null) {
      String prefix = alone ? "" : seed + "/";
      witnesses.history().lines(prefix, startMicros).forEach(history::println);
    }
    check(trace, traceFile);
    check(history, historyFile);
  }

  private static void check(@Nullable PrintWriter writer, @Nullable Path file) throws IOException {
    if (writer != null && writer.checkError()) {
      throw new IOException("cannot write " + file + ": it takes no more");
    }
  }

  @Override
  public void close() {
    if (trace != null) {
      trace.close();
    }
    if (history != null) {
      history.close();
    }
  }
}
