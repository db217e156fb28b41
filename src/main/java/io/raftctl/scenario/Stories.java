package io.raftctl.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scripts that come with raftctl, each a story about Raft.
public final class Stories {
  private static final List<String> NAMES =
      List.of(
          "split-vote",
          "stale-leader",
          "figure-8",
          "figure-8-committed",
          "slow-follower",
          "members-and-partition",
          "rotten-entry");

  /// A line that says so stands in the scripts that real processes can run.
  private static final String PROCESSES = "# Runs on processes, too.";

  private static final String NODES = "nodes ";

  /// @param title its first line
  public record Story(String name, String title, String text) {
    /// Whether it runs on processes, too.
    public boolean processes() {
      return text.lines().anyMatch(PROCESSES::equals);
    }
  }

  private Stories() {}

  /// In the order in which they are told best.
  public static List<Story> all() throws IOException {
    List<Story> stories = new ArrayList<>();
    for (String name : NAMES) {
      stories.add(read(name));
    }
    return stories;
  }

  /// The story of that name, or null.
  public static @Nullable Story named(String name) throws IOException {
    return NAMES.contains(name) ? read(name) : null;
  }

  /// How many nodes a script is for.
  public static String nodes(String text) {
    return text.lines()
        .filter(line -> line.startsWith(NODES))
        .map(line -> line.substring(NODES.length()).strip())
        .findFirst()
        .orElse("3");
  }

  private static Story read(String name) throws IOException {
    try (InputStream stream = Stories.class.getResourceAsStream(name + ".raft")) {
      if (stream == null) {
        throw new IOException("the scenario " + name + " is missing in the jar");
      }
      String text = new String(stream.readAllBytes(), UTF_8);
      String title = text.lines().findFirst().orElse("").replaceFirst("^# *", "");
      return new Story(name, title, text);
    }
  }
}
