package io.raftctl.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs `dist/raftctl`, on the real jar and on a tree whose build is an impostor.
class LauncherEndToEndTest {
  private static final Path JAR = Path.of(System.getProperty("raftctl.jar"));
  private static final Path LAUNCHER = Path.of(System.getProperty("raftctl.launcher"));
  private static final String JAVA_25 = System.getProperty("java.home");

  @TempDir Path temp;

  /// An installation in a folder of its own, so that its cache is its own too.
  private Path launcher;

  private Path cache;

  @BeforeEach
  void install() throws IOException {
    Path dist = Files.createDirectories(temp.resolve("a tree").resolve("dist"));
    launcher = Files.copy(LAUNCHER, dist.resolve("raftctl"));
    cache = temp.resolve("a cache");
  }

  private void installJar() throws IOException {
    Path jar = launcher.resolveSibling("raftctl.jar");
    Files.copy(JAR, jar);
    Files.copy(Path.of(JAR + ".sha256"), Path.of(jar + ".sha256"));
  }

  private Order raftctl(String... arguments) {
    Order order = Order.of(temp, command(launcher.toString(), arguments));
    return inCleanEnvironment(order).with("XDG_CACHE_HOME", cache.toString());
  }

  private static String[] command(String program, String... arguments) {
    return Stream.concat(Stream.of(program), Stream.of(arguments)).toArray(String[]::new);
  }

  private static Order inCleanEnvironment(Order order) {
    return order
        .with("RAFTCTL_JAVA_HOME", JAVA_25)
        .with("RAFTCTL_JAVA_OPTS", "")
        .with("RAFTCTL_AOT", "off")
        .with("JAVA_TOOL_OPTIONS", "")
        .with("XDG_CACHE_HOME", "");
  }

  /// A Java 25, by what it says of itself, that runs a script.
  private Path impostor(String script) throws IOException {
    Path home = temp.resolve("java");
    program(home.resolve("bin/java"), script);
    Files.copy(Path.of(JAVA_25, "release"), home.resolve("release"));
    return home;
  }

  private static void program(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void assertPrintsVersion(ProcessRun run) {
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("raftctl ").hasLineCount(1);
    assertThat(run.exit()).isZero();
  }

  @Nested
  class WithTheJar {
    @BeforeEach
    void install() throws IOException {
      installJar();
    }

    @Test
    void runsFromAnyFolderByRelativePathAndThroughLinks() throws Exception {
      Path bin = Files.createDirectories(temp.resolve("bin"));
      Files.createSymbolicLink(bin.resolve("absolute"), launcher);
      Files.createSymbolicLink(bin.resolve("relative"), Path.of("../a tree/dist/raftctl"));
      Files.createSymbolicLink(bin.resolve("twice"), Path.of("relative"));
      for (String program :
          List.of("bin/absolute", "bin/relative", "bin/twice", "./a tree/dist/raftctl")) {
        Order order = Order.of(temp, "./" + program, "--version");
        assertPrintsVersion(inCleanEnvironment(order).run());
      }
      Order inside = Order.of(launcher.getParent(), "sh", "raftctl", "--version");
      assertPrintsVersion(inCleanEnvironment(inside).run());
    }

    @Test
    void passesArgumentsAndExitCodesThrough() throws Exception {
      ProcessRun run = raftctl("no such command", "*", "").run();
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).isNotEmpty();
    }

    /// Java would put another character in the place of what it cannot read.
    @Test
    void anArgumentThatIsNoTextIsRefused() throws Exception {
      String script = "exec \"$0\" get \"$(printf 'caf\\351')\" -e 127.0.0.1:1";
      Order order = Order.of(temp, "sh", "-c", script, launcher.toString());
      ProcessRun run = inCleanEnvironment(order).run();
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err())
          .isEqualTo(
              "raftctl: an argument is no UTF-8 text; bytes of any kind go through 'submit -'\n");
      ProcessRun odd = raftctl("get", "\uFFFD", "-e", "127.0.0.1:1", "--timeout", "10ms").run();
      assertThat(odd.exit()).as("a text all the same").isEqualTo(3);
    }

    @Test
    void aFolderThatIsGoneIsSaidInALine() throws Exception {
      String script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" --version";
      Order order = Order.of(temp, "sh", "-c", script, launcher.toString());
      ProcessRun run = inCleanEnvironment(order).run();
      assertThat(run.exit()).isEqualTo(6);
      // Some shells say something of their own before.
      assertThat(run.err())
          .endsWith("raftctl: the current folder is gone: change to another one\n")
          .doesNotContain("java");
    }

    @Test
    void runsNoOtherProgramOnItsWayToJava() throws Exception {
      // With no programs in PATH, whatever the launcher does besides is a built-in of the shell.
      ProcessRun run = raftctl("--version").with("PATH", "/nonexistent").run();
      assertPrintsVersion(run);
    }

    @Test
    void passesOptionsToJavaAndLetsThemWin() throws Exception {
      ProcessRun run =
          raftctl("--version")
              .with("RAFTCTL_JAVA_OPTS", "-XX:+UseParallelGC -Xlog:gc:stderr -Dx=*")
              .run();
      assertThat(run.err()).contains("Using Parallel");
      assertThat(run.exit()).isZero();
    }

    @Test
    void splitsOptionsAtBlanksAndReadsNoPatternsIntoThem() throws Exception {
      Path java = impostor("printf '%s\\n' \"$@\"");
      Files.createFile(temp.resolve("-Dx=would-match"));
      ProcessRun run =
          raftctl("--version", "a  b")
              .with("RAFTCTL_JAVA_HOME", java.toString())
              .with("RAFTCTL_JAVA_OPTS", "-Dx=*  -Dy=1")
              .run();
      assertThat(run.out().lines()).containsSequence("-Dx=*", "-Dy=1", "-jar");
      assertThat(run.out().lines()).endsWith("--version", "a  b");
    }

    @Test
    void becomesJavaInTheCallersFolder() throws Exception {
      Path java = impostor("pwd; echo $PPID");
      Order order = Order.of(temp, "./a tree/dist/raftctl");
      ProcessRun run = inCleanEnvironment(order).with("RAFTCTL_JAVA_HOME", java.toString()).run();
      assertThat(run.out())
          .isEqualTo(temp.toRealPath() + "\n" + ProcessHandle.current().pid() + "\n");
    }

    @Test
    void givesNodesTheOptimizingCompilerAndCommandsTheQuickOne() throws Exception {
      Path java = impostor("echo \"$@\"");
      for (String command : List.of("node", "bench")) {
        ProcessRun run = raftctl("-v", command).with("RAFTCTL_JAVA_HOME", java.toString()).run();
        assertThat(run.out()).contains("+UseG1GC").doesNotContain("TieredStopAtLevel");
      }
      ProcessRun world = raftctl("simulate").with("RAFTCTL_JAVA_HOME", java.toString()).run();
      assertThat(world.out())
          .contains("+UseSerialGC", "Tier4CompileThreshold")
          .doesNotContain("TieredStopAtLevel");
      ProcessRun run = raftctl("get", "node").with("RAFTCTL_JAVA_HOME", java.toString()).run();
      assertThat(run.out()).contains("+UseSerialGC").contains("TieredStopAtLevel=1");
    }

    /// Else the first file that Java opens, one of its own, takes the number of the closed stream.
    @Test
    void noFileOfJavaTakesThePlaceOfAClosedStream() throws Exception {
      String submit = "'" + launcher + "' submit - --endpoints 127.0.0.1:1 --timeout 1s <&-";
      Order closed = inCleanEnvironment(Order.of(temp, "sh", "-c", submit));
      assertThat(closed.run().err()).startsWith("raftctl: cannot read standard input: ");
      assertThat(closed.run().exit()).isEqualTo(6);
    }

    @Test
    void refusesAChosenJavaThatIsNone() throws Exception {
      ProcessRun run = raftctl("--version").with("RAFTCTL_JAVA_HOME", "/nonexistent").run();
      assertThat(run.exit()).isEqualTo(6);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .isEqualTo("raftctl: RAFTCTL_JAVA_HOME=/nonexistent holds no Java 25 or newer\n");
    }

    @Test
    void refusesAnOldJavaByItsReleaseFile() throws Exception {
      Path old = impostor("echo old java runs");
      Files.writeString(old.resolve("release"), "JAVA_VERSION=\"21.0.1\"\n");
      ProcessRun run = raftctl("--version").with("RAFTCTL_JAVA_HOME", old.toString()).run();
      assertThat(run.exit()).isEqualTo(6);

      Files.writeString(old.resolve("release"), "A=\"b\"\nJAVA_VERSION=\"25\"\n");
      run = raftctl("--version").with("RAFTCTL_JAVA_HOME", old.toString()).run();
      assertThat(run.out()).isEqualTo("old java runs\n");
    }

    @Test
    void skipsAnOldJavaHomeForAUsualFolder() throws Exception {
      ProcessRun run =
          raftctl("--version").with("RAFTCTL_JAVA_HOME", "").with("JAVA_HOME", JAVA_25).run();
      assertPrintsVersion(run);
    }

    @Test
    void runsWithoutAHome() throws Exception {
      ProcessRun run =
          raftctl("--version")
              .with("HOME", "")
              .with("XDG_CACHE_HOME", "")
              .with("RAFTCTL_AOT", "")
              .run();
      assertPrintsVersion(run);
    }
  }

  @Nested
  class WithTheCache {
    @BeforeEach
    void install() throws IOException {
      installJar();
    }

    private Order traced() {
      Order order = Order.of(temp, "sh", "-x", launcher.toString(), "--version");
      return inCleanEnvironment(order)
          .with("XDG_CACHE_HOME", cache.toString())
          .with("RAFTCTL_AOT", "");
    }

    private List<Path> caches() throws IOException {
      if (!Files.exists(cache)) {
        return List.of();
      }
      try (Stream<Path> files = Files.walk(cache)) {
        return files.filter(Files::isRegularFile).toList();
      }
    }

    private void awaitOneCache() {
      Await.until(
          "one AOT cache is left",
          () -> caches().size() == 1 && caches().getFirst().toString().endsWith(".aot"));
      Await.until("the training's lock is gone", () -> !Files.exists(lock()));
    }

    private Path lock() throws IOException {
      return Path.of(caches().getFirst() + ".lock");
    }

    @Test
    void startsWithoutOneAndTrainsBesideTheCommandThenUsesIt() throws Exception {
      Files.createDirectories(cache.resolve("raftctl")); // Left by someone less careful.
      assertThat(traced().run().err()).doesNotContain("-XX:AOTCache=");
      awaitOneCache(); // Somebody trained: the trace does not tell, as two write to it at once.
      assertThat(Files.getPosixFilePermissions(cache.resolve("raftctl")))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));

      ProcessRun run = traced().run();
      assertThat(run.err()).contains("-XX:AOTCache=" + caches().getFirst());
      assertThat(run.err()).doesNotContain("+ train");
      assertThat(run.out()).hasLineCount(1);
    }

    @Test
    void ofManyFirstRunsOneTrains() throws Exception {
      Path calls = temp.resolve("calls");
      Path home = impostor("echo \"$*\" >>'" + calls + "'; exec '" + JAVA_25 + "/bin/java' \"$@\"");
      Order order = traced().with("RAFTCTL_JAVA_HOME", home.toString());
      List<ProcessRun> runs = ProcessRun.all(Collections.nCopies(6, order));
      assertThat(runs).allMatch(run -> run.exit() == 0);
      assertThat(runs).allMatch(run -> run.out().lines().count() == 1);
      awaitOneCache();
      assertThat(Files.readAllLines(calls)).filteredOn(it -> it.contains("train-cache")).hasSize(1);
    }

    @Test
    void aTrainingThatFailsIsNotTriedAgainAtOnce() throws Exception {
      Path calls = temp.resolve("calls");
      Path home = impostor("echo \"$*\" >>'" + calls + "'; exit 1");
      Order order = traced().with("RAFTCTL_JAVA_HOME", home.toString());
      order.run();
      Await.until("the training was tried", () -> Files.readString(calls).contains("train-cache"));
      for (int i = 0; i < 3; i++) {
        order.run();
      }
      assertThat(Files.readAllLines(calls)).filteredOn(it -> it.contains("train-cache")).hasSize(1);
    }

    @Test
    void aNewJarGetsANewCacheThatReplacesTheOld() throws Exception {
      traced().run();
      awaitOneCache();
      Path old = caches().getFirst();
      // A build writes both files, the hash last.
      Instant later = Instant.now().plusSeconds(1);
      Path hash = launcher.resolveSibling("raftctl.jar.sha256");
      Files.writeString(hash, "0".repeat(64) + " *raftctl.jar\n");
      Files.setLastModifiedTime(launcher.resolveSibling("raftctl.jar"), FileTime.from(later));
      Files.setLastModifiedTime(hash, FileTime.from(later));

      assertThat(traced().run().err()).doesNotContain("-XX:AOTCache=");
      Await.until(
          "the new cache has replaced the old",
          () -> caches().size() == 1 && !caches().getFirst().equals(old));
    }

    @Test
    void aHashOlderThanItsJarIsNotTrusted() throws Exception {
      traced().run();
      awaitOneCache();
      Instant later = Instant.now().plusSeconds(1);
      Files.setLastModifiedTime(launcher.resolveSibling("raftctl.jar"), FileTime.from(later));
      String trace = traced().run().err();
      assertThat(trace).doesNotContain("-XX:AOTCache=").doesNotContain("+ train");
    }

    @Test
    void anUnusableFolderForTheCacheIsNobodysConcern() throws Exception {
      Files.writeString(cache, "a file where the folder should be");
      assertPrintsVersion(raftctl("--version").with("RAFTCTL_AOT", "").run());
    }

    @Test
    void aBrokenCacheIsNobodysConcern() throws Exception {
      traced().run();
      awaitOneCache();
      Files.writeString(caches().getFirst(), "rotten");
      assertPrintsVersion(raftctl("--version").with("RAFTCTL_AOT", "").run());
    }
  }

  /// A tree without a jar, and a `mvn` that notes each call and takes a moment.
  @Nested
  class WithoutTheJar {
    private Path calls;

    @BeforeEach
    void writeImpostor() throws IOException {
      calls = temp.resolve("calls");
      Files.writeString(launcher.getParent().resolveSibling("pom.xml"), "<project/>");
      mvn("echo call >>'" + calls + "'; sleep 0.5; cp '" + JAR + "' '" + launcher + ".jar'");
    }

    private void mvn(String script) throws IOException {
      program(temp.resolve("bin/mvn"), script);
    }

    private Order first() {
      return raftctl("--version").with("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"));
    }

    @Test
    void buildsItOnceAndSaysSoInOneLine() throws Exception {
      ProcessRun run = first().run();
      assertThat(run.err()).isEqualTo("raftctl: building raftctl, once …\n");
      assertThat(run.out()).startsWith("raftctl ");
      assertPrintsVersion(first().run());
      assertThat(calls).hasContent("call\n");
      assertThat(launcher.resolveSibling("build.log")).doesNotExist();
    }

    @Test
    void leavesStandardInputToTheCommand() throws Exception {
      mvn("cat >'" + calls + "'; cp '" + JAR + "' '" + launcher + ".jar'");
      assertThat(first().reading("for the command\n").run().exit()).isZero();
      assertThat(calls).isEmptyFile();
    }

    @Test
    void ofManyFirstRunsOneBuilds() throws Exception {
      List<ProcessRun> runs = ProcessRun.all(Collections.nCopies(4, first()));
      assertThat(runs).allMatch(run -> run.exit() == 0);
      assertThat(calls).hasContent("call\n");
    }

    @Test
    void showsAndKeepsTheLogOfAFailedBuild() throws Exception {
      mvn("echo what went wrong; exit 1");
      ProcessRun run = first().run();
      assertThat(run.exit()).isEqualTo(6);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("what went wrong\n").contains("build.log");
      assertThat(launcher.resolveSibling("build.log")).hasContent("what went wrong\n");
      assertThat(launcher.resolveSibling("build.lock")).doesNotExist();
    }

    @Test
    void takesOverTheLockOfABuildThatWasKilled() throws Exception {
      Path lock = Files.createDirectory(launcher.resolveSibling("build.lock"));
      Process gone = new ProcessBuilder("true").start();
      gone.waitFor();
      Files.writeString(lock.resolve("owner"), gone.pid() + "\n");
      List<ProcessRun> runs = ProcessRun.all(Collections.nCopies(3, first()));
      assertThat(runs).allMatch(run -> run.exit() == 0);
      assertThat(calls).hasContent("call\n");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
      Files.delete(launcher.getParent().resolveSibling("pom.xml"));
      ProcessRun run = first().run();
      assertThat(run.exit()).isEqualTo(6);
      assertThat(run.err()).hasLineCount(1).contains("no source tree");
    }
  }

  /// The jar alone, run by whichever Java there is.
  @Nested
  class TheJarItself {
    @Test
    void runsOnItsJava() throws Exception {
      Order order = Order.of(temp, JAVA_25 + "/bin/java", "-jar", JAR.toString(), "--version");
      assertPrintsVersion(inCleanEnvironment(order).run());
    }
  }
}
