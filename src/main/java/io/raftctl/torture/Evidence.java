package io.raftctl.torture;

import java.nio.file.Path;

/// What stays for those who want to know what happened.
///
/// @param directory for the history of a round that cannot be explained; it need not be there
/// @param words where the nodes' data are, as a sentence without its full stop
public record Evidence(Path directory, String words) {
  /// Of nodes whose data and logs are in this directory.
  static Evidence in(Path directory) {
    return new Evidence(directory, "data and logs are in " + directory);
  }
}
