package io.raftctl.architecture.bad.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Breaks a rule: only FileDisk touches files.
public final class OpensAFile {
  byte[] read(Path path) throws IOException {
    return Files.readAllBytes(path);
  }
}
