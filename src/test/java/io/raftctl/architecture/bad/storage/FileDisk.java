package io.raftctl.architecture.bad.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Breaks no rule: it is the one that may.
public final class FileDisk {
  byte[] read(Path path) throws IOException {
    return Files.readAllBytes(path);
  }
}
