package io.raftctl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds every hand-written Java file to the size and the habits of this project, and proves each
/// rule on a sample that breaks it.
class TidyTest {
  private static final Path ROOT = Path.of(System.getProperty("raftctl.basedir", "."));
  private static final List<SourceFile> OURS = new ArrayList<>();

  @BeforeAll
  static void readOurs() throws IOException {
    for (String folder : List.of("src/main/java", "src/test/java")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        for (Path file : files.filter(it -> it.toString().endsWith(".java")).sorted().toList()) {
          String path = ROOT.relativize(file).toString().replace('\\', '/');
          OURS.add(SourceFile.of(path, Files.readString(file)));
        }
      }
    }
  }

  @Test
  void oursIsWhatIsJudged() {
    assertThat(OURS)
        .extracting(SourceFile::path)
        .contains("src/main/java/io/raftctl/Launch.java")
        .contains("src/test/java/io/raftctl/architecture/TidyTest.java");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void oursKeepsTheRule(String name, Function<SourceFile, List<String>> rule) {
    assertThat(OURS.stream().flatMap(it -> rule.apply(it).stream())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theRuleBites(
      String name, Function<SourceFile, List<String>> rule, String good, String bad, int bites) {
    String path = "src/test/java/Sample.java";
    if (name.contains("package-info")) {
      path = "src/main/java/io/package-info.java";
    }
    assertThat(rule.apply(SourceFile.of(path, good))).isEmpty();
    assertThat(rule.apply(SourceFile.of(path, bad))).hasSize(bites);
  }

  static Stream<Arguments> rules() {
    String line = "// A line.\n";
    String statement = "    i++;\n";
    String method = "class A {\n  void f() {\n    int i = 0;\n%s  }\n}\n";
    return Stream.of(
        rule(
            "a file has under 500 lines", TidyRules::shortFile, line.repeat(499), line.repeat(500)),
        rule(
            "a method has under 70 lines",
            TidyRules::shortMethods,
            method.formatted(statement.repeat(66)),
            method.formatted(statement.repeat(67))),
        rule(
            "a name tells",
            TidyRules::tellingNames,
            "class Implant { record Utility() {} }\n",
            "class LogManager { record DiskUtil() {} interface RaftImpl {} enum KeyHelper {} }\n",
            4),
        rule(
            "a record has no getters",
            TidyRules::recordsHaveNoGetters,
            "record A(int b) { int getting() { return b; } int getAt(int i) { return b; } }\n",
            "record A(int b) { int getB() { return b; } }\n"),
        rule(
            "a test does not sleep",
            TidyRules::testsDoNotSleep,
            "class A { String s = \"Thread.sleep(1)\"; } // Thread.sleep(1);\n",
            """
            class A {
              void f() throws Exception {
                Thread.sleep(1);
                java.util.concurrent.TimeUnit.SECONDS.sleep(1);
              }
            }
            """,
            2),
        rule(
            "a line is clean",
            TidyRules::cleanLines,
            "// " + "x".repeat(97) + "\n",
            "// "
                + "x".repeat(98)
                + "\n//\t\n// TO"
                + "DO\n// FIX"
                + "ME\n/// @"
                + "author me\n  @"
                + "Disabled\nclass A {}",
            8),
        rule(
            "a package-info is null-marked",
            TidyRules::nullMarked,
            "/// A door.\n@NullMarked\npackage io;\n",
            "/// A door without @NullMarked.\npackage io;\n"));
  }

  private static Arguments rule(
      String name, Function<SourceFile, List<String>> rule, String good, String bad) {
    return rule(name, rule, good, bad, 1);
  }

  private static Arguments rule(
      String name, Function<SourceFile, List<String>> rule, String good, String bad, int bites) {
    return Arguments.of(name, rule, good, bad, bites);
  }

  @Test
  void ourPackagesAreSmallAndHaveADoor() {
    Map<String, List<String>> packages = new TreeMap<>();
    for (SourceFile file : OURS) {
      int slash = file.path().lastIndexOf('/');
      packages
          .computeIfAbsent(file.path().substring(0, slash), _ -> new ArrayList<>())
          .add(file.path().substring(slash + 1));
    }
    List<String> complaints = new ArrayList<>();
    packages.forEach((folder, names) -> complaints.addAll(TidyRules.smallPackage(folder, names)));
    assertThat(complaints).isEmpty();
  }

  @Test
  void thePackageRuleBites() {
    List<String> names = new ArrayList<>(List.of("package-info.java"));
    for (int i = 1; i <= 19; i++) {
      names.add("A" + i + ".java");
    }
    assertThat(TidyRules.smallPackage("src/main/java/io", names)).isEmpty();
    names.add("B.java");
    assertThat(TidyRules.smallPackage("src/main/java/io", names)).hasSize(1);
    assertThat(TidyRules.smallPackage("src/main/java/io", List.of("A.java"))).hasSize(1);
  }

  /// Await is the one place that sleeps, so the rule must know it by its path and nothing more.
  @Test
  void onlyAwaitMaySleep() {
    String sleeps = "class A { void f() throws Exception { Thread.sleep(1); } }\n";
    String await = "src/test/java/io/raftctl/testing/Await.java";
    assertThat(TidyRules.testsDoNotSleep(SourceFile.of(await, sleeps))).isEmpty();
    assertThat(TidyRules.testsDoNotSleep(SourceFile.of("src/main/java/A.java", sleeps))).isEmpty();
    assertThat(TidyRules.testsDoNotSleep(SourceFile.of("src/test/java/A.java", sleeps))).hasSize(1);
  }
}
