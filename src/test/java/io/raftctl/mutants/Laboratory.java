package io.raftctl.mutants;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Compiles mutants and puts each to trial in a process of its own. The product's classes stay as
/// they are: those of the mutant only come before them on the class path.
///
/// @param root of the project
/// @param folder for what is made; every mutant gets a folder in it
/// @param classPath of the tests
/// @param limit for one trial
record Laboratory(Path root, Path folder, String classPath, Duration limit) {
  /// The one of this build, on the class path that the tests run on.
  static Laboratory here(Duration limit) {
    Path root = Path.of(System.getProperty("raftctl.basedir", ".")).toAbsolutePath();
    String own = System.getProperty("java.class.path");
    String classPath = System.getProperty("surefire.test.class.path", own);
    return new Laboratory(root, root.resolve("target/mutants"), classPath, limit);
  }

  /// Tries the means in their order.
  Verdict judge(Mutant mutant, List<Means> means) throws IOException, InterruptedException {
    Path home = folder.resolve(mutant.name());
    Path classes = Files.createDirectories(home.resolve("classes"));
    String complaint = compile(mutant.apply(root), home.resolve("src"), classes);
    return complaint.isEmpty() ? run(classes, home, means) : new Verdict.Broken(complaint);
  }

  /// Tries the means without any mutant: all of them must pass.
  ///
  /// @param name of a folder for what they write
  Verdict judgeOurs(String name, List<Means> means) throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolve(name));
    return run(home, home, means);
  }

  /// @return what the compiler complains about; empty where it does not
  private String compile(SortedMap<String, String> sources, Path copies, Path classes)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = copies.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      files.add(Files.writeString(file, source.getValue()));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-d", "" + classes, "-cp", classPath, "-proc:none", "-nowarn", "-Xlint:none");
      boolean done =
          compiler
              .getTask(
                  complaints,
                  manager,
                  null,
                  options,
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      return done ? "" : "does not compile: " + complaints;
    }
  }

  private Verdict run(Path classes, Path home, List<Means> means)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-XX:+UseSerialGC", "-Xmx1g"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Draftctl.basedir=" + root);
    command.addAll(List.of("-cp", classes + File.pathSeparator + classPath));
    command.add(Trial.class.getName());
    means.forEach(it -> command.add(it.argument()));
    Path output = home.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Verdict.Broken("no verdict within " + limit.toMinutes() + " minutes");
      }
    } finally {
      process.destroyForcibly();
    }
    return Verdict.in(Files.readString(output));
  }
}
