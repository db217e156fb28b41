package io.raftctl.cli.torture;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.format.HistoryLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A file with what clients asked and heard, which grows with each round.
final class HistoryFile implements AutoCloseable {
  private final Writer file;

  /// Begins a new one, in place of what is there.
  HistoryFile(Path path) throws IOException {
    file = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
  }

  /// @throws UncheckedIOException where it cannot be written
  void add(History history) {
    List<String> lines =
        Stream.concat(
                history.operations().stream().map(HistoryLines::line),
                history.faults().stream().map(HistoryLines::line))
            .toList();
    try {
      for (String line : lines) {
        file.write(line + "\n");
      }
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
