package io.raftctl.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The launcher whose end-to-end tests these are, as users have it: with its start-up caches, which
/// lie in the build's folder here and not in a home.
public final class Launcher {
  /// What runs `raftctl`.
  public static final String PATH = System.getProperty("raftctl.launcher", "raftctl");

  private static final Path CACHES =
      Path.of(System.getProperty("raftctl.basedir", "."), "target", "launcher-caches");
  private static final Duration TRAINING_MAX = Duration.ofMinutes(2);

  private Launcher() {}

  /// The variables of every command: our Java, and caches that are there already.
  public static Map<String, String> environment() {
    return Trained.ENVIRONMENT;
  }

  /// Held until the first command needs it.
  private static final class Trained {
    static final Map<String, String> ENVIRONMENT =
        Map.of(
            "RAFTCTL_JAVA_HOME", System.getProperty("java.home"),
            "XDG_CACHE_HOME", CACHES.toString());

    static {
      train();
    }

    private static void train() {
      try {
        String jar = Files.readString(Path.of(PATH + ".jar.sha256")).split(" ", 2)[0];
        for (String command : List.of("get", "node")) {
          ProcessBuilder builder =
              new ProcessBuilder(PATH, command, "--help")
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD);
          builder.environment().putAll(ENVIRONMENT);
          builder.start().waitFor();
        }
        Await.until("the caches are there", TRAINING_MAX, () -> caches(jar) == 2);
      } catch (IOException e) {
        throw new ExceptionInInitializerError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ExceptionInInitializerError(e);
      }
    }

    /// How many kinds there are; a launcher that was copied for a test may have left its own.
    private static long caches(String jar) throws IOException {
      try (Stream<Path> files = Files.walk(CACHES)) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.startsWith(jar) && name.endsWith(".aot"))
            .distinct()
            .count();
      }
    }
  }
}
