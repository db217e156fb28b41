package io.raftctl.repl;

import io.raftctl.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/// The conversation on a terminal: reads a line, runs it, and tells meanwhile what happens.
///
/// The thread that calls `run` reads and runs. The monitor's thread brings notices: while a line is
/// typed they appear above it; while a command runs they wait, so that its output stays in one
/// piece.
public final class Prompt {
  // JLine explains itself on standard error, which belongs to the commands. Held, or it is
  // collected.
  private static final Logger JLINE = Logger.getLogger("org.jline");

  private static final int HISTORY_LINES = 5000;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final LocalCluster cluster;
  private final LineRunner runner;
  private final Path historyFile;
  private final Queue<String> pending = new ArrayDeque<>(); // Guarded by this.
  private boolean commandRuns; // Guarded by this.

  /// @param historyFile what was typed, from one session to the next
  public Prompt(LocalCluster cluster, LineRunner runner, Path historyFile) {
    this.cluster = cluster;
    this.runner = runner;
    this.historyFile = historyFile;
  }

  /// Talks until the user ends it.
  public void run() throws IOException {
    JLINE.setLevel(Level.OFF);
    Reading reading = new Reading();
    try (Terminal terminal = terminal();
        Monitor monitor = new Monitor(cluster, reading)) {
      Thread talking = Thread.currentThread();
      terminal.handle(Terminal.Signal.INT, signal -> talking.interrupt());
      LineReaderImpl reader = reader(terminal, new Completion(runner, cluster, monitor));
      reading.reader = reader;
      monitor.start();
      talk(reader, monitor);
      reader.getHistory().save();
    }
  }

  private void talk(LineReaderImpl reader, Monitor monitor) {
    boolean ended = false;
    while (!ended) {
      try {
        String line = reader.readLine(prompt(monitor.leaderInWords()));
        ended = runCommand(line, reader);
      } catch (UserInterruptException e) {
        ended = false; // Ctrl-C throws away the line, not the cluster.
      } catch (EndOfFileException e) {
        ended = true;
      }
    }
  }

  private boolean runCommand(String line, LineReaderImpl reader) {
    synchronized (this) {
      commandRuns = true;
    }
    try {
      return runner.run(line).ends();
    } finally {
      boolean interrupted = Thread.interrupted(); // Ctrl-C ended the command, and only that.
      assert !Thread.currentThread().isInterrupted() : "cleared, was " + interrupted;
      synchronized (this) {
        commandRuns = false;
        pending.forEach(reader::printAbove);
        pending.clear();
      }
    }
  }

  private String prompt(String leader) {
    return "raftctl " + cluster.description().name() + " " + leader + "> ";
  }

  /// Where the monitor's news meet the line that is being typed.
  private final class Reading implements Monitor.Listener {
    private volatile @Nullable LineReaderImpl reader;

    @Override
    public void onChange(String leader, List<String> notices) {
      LineReaderImpl current = reader;
      synchronized (Prompt.this) {
        if (current == null || commandRuns) {
          pending.addAll(notices);
          return;
        }
      }
      current.setPrompt(prompt(leader));
      if (!notices.isEmpty()) {
        current.printAbove(String.join("\n", notices));
      } else if (current.isReading()) {
        current.redisplay();
      }
    }
  }

  private LineReaderImpl reader(Terminal terminal, Completion completion) {
    // The line is cut into words by ourselves; this one only finds the word under the cursor.
    DefaultParser parser = new DefaultParser();
    parser.setEofOnUnclosedQuote(false);
    parser.setEscapeChars(new char[0]);
    LineReader reader =
        LineReaderBuilder.builder()
            .appName("raftctl")
            .terminal(terminal)
            .parser(parser)
            .completer(completion)
            .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
            .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
            .build();
    if (isPrivate(historyFile)) {
      reader.setVariable(LineReader.HISTORY_FILE, historyFile);
    }
    return (LineReaderImpl) reader;
  }

  /// JLine with the system's own calls, without libraries to unpack, and without complaints about a
  /// terminal that can do little.
  private static Terminal terminal() throws IOException {
    return TerminalBuilder.builder()
        .name("raftctl")
        .system(true)
        .providers("ffm,exec")
        .dumb(true)
        .nativeSignals(true)
        .build();
  }

  /// Makes the file where it is missing. Values of somebody's keys are nobody else's business;
  /// where nobody can write, the session has no memory, and is a session all the same.
  private static boolean isPrivate(Path file) {
    try {
      Files.createDirectories(file.getParent());
      if (!Files.exists(file)) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
