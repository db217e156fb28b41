package io.raftctl;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The jar's main class, and the only one that an old Java can run: on Java 25 or newer it calls the
 * program, on an older one it looks for a Java 25 on this machine and runs the program there, with
 * the same streams and the same exit code.
 *
 * <p>It is compiled for Java 8, so it uses nothing newer. It looks where {@code dist/raftctl}
 * looks.
 */
public final class Launch {
  private static final int JAVA_MIN = 25;
  private static final int EXIT_LOCAL = 6;

  private Launch() {}

  /** Runs the program here or on a newer Java. */
  public static void main(String[] args) throws Exception {
    if (major(System.getProperty("java.specification.version")) < JAVA_MIN) {
      System.exit(runOnNewerJava(args));
    }
    // A broken invariant must stop a node in production too. This class itself is loaded already;
    // every other class of ours asks when it is initialized, so none is too early.
    Launch.class.getClassLoader().setPackageAssertionStatus("io.raftctl", true);
    io.raftctl.cli.Main.main(args);
  }

  private static int runOnNewerJava(String[] args) throws InterruptedException {
    File home = newerJava();
    if (home == null) {
      System.err.println(
          "raftctl: needs Java "
              + JAVA_MIN
              + " or newer, and this is "
              + System.getProperty("java.version")
              + ": install one, or set RAFTCTL_JAVA_HOME to its folder");
      return EXIT_LOCAL;
    }
    List<String> command = new ArrayList<>();
    command.add(new File(home, "bin/java").getPath());
    command.addAll(Arrays.asList("-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(Arrays.asList("-cp", System.getProperty("java.class.path")));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add(Launch.class.getName());
    command.addAll(Arrays.asList(args));
    Process process;
    try {
      process = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      System.err.println("raftctl: cannot run " + command.get(0) + ": " + e.getMessage());
      return EXIT_LOCAL;
    }
    // Whoever ends this process means the program; it gets the time to stop in good order.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endWith(process)));
    return process.waitFor();
  }

  private static void endWith(Process process) {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static File newerJava() {
    String chosen = System.getenv("RAFTCTL_JAVA_HOME");
    if (chosen != null && !chosen.isEmpty()) {
      File home = new File(chosen);
      return isRecent(home) ? home : null;
    }
    List<File> homes = new ArrayList<>();
    if (System.getenv("JAVA_HOME") != null) {
      homes.add(new File(System.getenv("JAVA_HOME")));
    }
    String user = System.getProperty("user.home");
    for (String folder :
        Arrays.asList(
            "/usr/lib/jvm",
            "/opt/java",
            "/usr/java",
            "/usr/local",
            "/opt",
            user + "/.sdkman/candidates/java",
            user + "/.jdks",
            "/Library/Java/JavaVirtualMachines")) {
      File[] found = new File(folder).listFiles();
      if (found != null) {
        Arrays.sort(found);
        for (File home : found) {
          homes.add(home);
          homes.add(new File(home, "Contents/Home"));
        }
      }
    }
    for (File home : homes) {
      if (isRecent(home)) {
        return home;
      }
    }
    return null;
  }

  /** Whether a folder holds a Java that is new enough, by its {@code release} file. */
  private static boolean isRecent(File home) {
    if (!new File(home, "bin/java").canExecute()) {
      return false;
    }
    try (BufferedReader release =
        new BufferedReader(
            new InputStreamReader(
                new FileInputStream(new File(home, "release")), StandardCharsets.UTF_8))) {
      for (String line = release.readLine(); line != null; line = release.readLine()) {
        if (line.startsWith("JAVA_VERSION=")) {
          return major(line.substring("JAVA_VERSION=".length()).replace("\"", "")) >= JAVA_MIN;
        }
      }
    } catch (IOException e) {
      return false; // Not readable is not there.
    }
    return false;
  }

  /** The first number of a version; 1 for Java 8, whose versions begin with {@code 1.8}. */
  private static int major(String version) {
    String digits = version.split("\\D", 2)[0];
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }
}
