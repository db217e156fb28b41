package io.raftctl.cli.command;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.Model.CommandSpec;

/// `version`: what this is, and what runs it.
public final class VersionCommand implements Subcommand {
  private final OutputOptions output = new OutputOptions();

  @Override
  public CommandSpec spec() {
    return output.addTo(Options.command("version", "Print the version, the commit and the Java."));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    Properties build = new Properties();
    try (InputStream in =
        VersionCommand.class.getResourceAsStream("/io/raftctl/build.properties")) {
      if (in != null) {
        build.load(in);
      }
    }
    String version = build.getProperty("version", "unknown");
    String commit = build.getProperty("commit", "unknown");
    String java = String.valueOf(Runtime.version());
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("version", version);
      json.put("commit", commit);
      json.put("java", java);
      report.line(json);
    } else {
      report.line("raftctl " + version + " (" + commit + ")");
    }
    return ExitCode.DONE;
  }
}
