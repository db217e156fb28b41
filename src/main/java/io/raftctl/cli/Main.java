package io.raftctl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// Where the program starts on Java 25: hands the command line to the command that it names.
public final class Main {
  private Main() {}

  /// Runs one command and exits with its code.
  public static void main(String[] args) throws IOException {
    if (args.length == 1 && args[0].equals("--version")) {
      System.out.println(version());
      return;
    }
    if (args.length == 1 && args[0].equals("train-cache")) {
      // The launcher runs this once, to record which classes a start needs.
      version();
      return;
    }
    System.err.println("raftctl: this build knows only --version");
    System.exit(2);
  }

  private static String version() throws IOException {
    try (InputStream in = Main.class.getResourceAsStream("/io/raftctl/build.properties")) {
      if (in == null) {
        return "raftctl (version unknown)";
      }
      Properties build = new Properties();
      build.load(in);
      return "raftctl " + build.getProperty("version") + " (" + build.getProperty("commit") + ")";
    }
  }
}
