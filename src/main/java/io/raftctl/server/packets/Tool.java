package io.raftctl.server.packets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs the programs that change the packet filter.
///
/// @param prefix put before each command line; tests enter a network namespace by it
record Tool(List<String> prefix) {
  private static final long SECONDS_MAX = 5;
  private static final List<String> FOLDERS =
      List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin");

  /// The path of a program, or an empty string where it is not installed. Looked for beyond the
  /// PATH, which seldom holds the folders of administrators' programs.
  static String path(String program) {
    return FOLDERS.stream()
        .map(folder -> folder + "/" + program)
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElse("");
  }

  /// Runs a program to its end.
  ///
  /// @return what it wrote to its standard output
  String run(String input, String... command) throws PacketFilterException {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(List.of(command));
    try {
      Path errors = Files.createTempFile("raftctl", ".err");
      try {
        Process process = new ProcessBuilder(line).redirectError(errors.toFile()).start();
        try (var in = process.getOutputStream()) {
          in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        require(process, command[0], errors);
        return output;
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw failed(command[0], String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(command[0], "interrupted");
    }
  }

  private static void require(Process process, String program, Path errors)
      throws IOException, InterruptedException, PacketFilterException {
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw failed(program, "it did not end within " + SECONDS_MAX + " seconds");
    }
    if (process.exitValue() != 0) {
      String said = Files.readString(errors).lines().findFirst().orElse("no reason given");
      throw failed(program, said);
    }
  }

  private static PacketFilterException failed(String program, String said) {
    String name = Path.of(program).getFileName().toString();
    boolean denied = said.contains("ermi") && said.matches(".*(not permitted|denied|root).*");
    return new PacketFilterException(
        "packets were not changed: " + name + ": " + said,
        denied
            ? "run the node with the right NET_ADMIN, or without --packets"
            : "see whether " + name + " works on this machine, or start without --packets",
        denied);
  }
}
