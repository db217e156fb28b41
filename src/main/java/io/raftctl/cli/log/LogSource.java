package io.raftctl.cli.log;

import io.raftctl.cli.terminal.Console;
import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.LogEntry;
import io.raftctl.client.NodeSelector;
import io.raftctl.client.Problem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A log to read: what lies in a directory, or what a live node has committed.
sealed interface LogSource extends Closeable permits DirectoryLog, LiveLog {
  /// As the command line names it.
  String name();

  /// The index of the first entry that it has; what was before is in a snapshot.
  long firstIndex();

  /// The index of the last entry, 0 where there is none.
  long lastIndex();

  /// All entries up to here are committed for certain; later ones may be too.
  long committedIndex() throws IOException;

  /// Whether a node may have written while this was read.
  boolean isInUse();

  /// Reads from `index` on.
  Records records(long index);

  /// Entries in the order of their indices, and those that were replaced where they lie.
  @FunctionalInterface
  interface Records {
    /// The next one; null at the end.
    @Nullable LogRecord next() throws IOException;
  }

  /// One entry.
  ///
  /// @param where its file and the byte in it; null where it comes from a live node
  /// @param replaced whether a later record took its place
  /// @param damaged whether its data are not what was written
  record LogRecord(LogEntry entry, @Nullable String where, boolean replaced, boolean damaged) {}

  /// Opens what a word of the command line names: a directory that exists or has a slash in it, and
  /// else a live node.
  static LogSource open(String word, ClusterClient cluster, Console console) throws IOException {
    return isDirectory(word, console)
        ? DirectoryLog.open(word, console.directory().resolve(word))
        : LiveLog.open(word, cluster);
  }

  /// The words, with each live node in the place of `all`, unless a directory is called so.
  static List<String> each(List<String> words, ClusterClient cluster, Console console)
      throws NoAnswerException {
    List<String> each = new ArrayList<>();
    for (String word : words) {
      if (!word.equals(NodeSelector.ALL) || isDirectory(word, console)) {
        each.add(word);
        continue;
      }
      switch (NodeSelector.ids(cluster, List.of(word))) {
        case Answer.Missing<List<String>>(Problem problem) -> throw new NoAnswerException(problem);
        case Answer.Given<List<String>>(List<String> ids) -> each.addAll(ids);
      }
    }
    return each;
  }

  /// Whether a word names a directory.
  static boolean isDirectory(String word, Console console) {
    Path path = console.directory().resolve(word);
    return word.indexOf('/') >= 0 || Files.isDirectory(path);
  }
}
