package io.raftctl.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What may catch a bug: some classes of tests, or seeds of the simulator.
///
/// @param name as the table shows it
/// @param tests names of classes; empty for the simulator
/// @param seeds how many seeds, from 1 on; 0 for tests
record Means(String name, List<String> tests, long seeds) {
  /// The simulator's name, as it shows in the table.
  static final String SIMULATOR = "simulator";

  private static final String RAFT = "io/raftctl/raft";
  private static final String STORAGE = "io/raftctl/storage";
  private static final Path TESTS = Path.of("src/test/java");

  /// Those that may catch the mutant, the cheapest first. Tests of the core cannot meet what is
  /// outside of it, so they are left out where all is.
  static List<Means> of(Mutant mutant, Path root, long seeds) throws IOException {
    List<Means> all = new ArrayList<>();
    if (mutant.isIn(RAFT)) {
      all.addAll(ofTheCore(root));
    }
    if (mutant.isIn(STORAGE)) {
      all.addAll(ofTheStorage(root));
    }
    SortedSet<String> layers = new TreeSet<>();
    mutant.edits().forEach(edit -> layers.add(layer(edit.file())));
    layers.remove(RAFT);
    layers.remove(STORAGE);
    for (String layer : layers) {
      all.add(new Means("unit tests", testsBelow(root, layer, new TreeSet<>()), 0));
    }
    all.add(new Means(SIMULATOR, List.of(), seeds));
    return all;
  }

  /// All that any of the mutants asks for, each test once.
  static List<Means> of(List<Mutant> mutants, Path root, long seeds) throws IOException {
    List<Means> all = new ArrayList<>();
    for (Mutant mutant : mutants) {
      of(mutant, root, seeds).stream().filter(it -> !all.contains(it)).forEach(all::add);
    }
    return all;
  }

  private static List<Means> ofTheCore(Path root) throws IOException {
    SortedSet<String> named = new TreeSet<>();
    return List.of(
        named("paper tests", named, "io.raftctl.raft.RaftPaperTest"),
        named(
            "hazard tests",
            named,
            "io.raftctl.raft.RaftHazardTest",
            "io.raftctl.raft.RaftPreVoteHazardTest"),
        named("scenarios", named, "io.raftctl.raft.ScenarioTest"),
        new Means("core tests", testsBelow(root, RAFT, named), 0));
  }

  private static List<Means> ofTheStorage(Path root) throws IOException {
    SortedSet<String> named = new TreeSet<>();
    Means points =
        named(
            "crash points",
            named,
            "io.raftctl.storage.CrashTest",
            "io.raftctl.storage.FailureTest",
            "io.raftctl.storage.RotTest");
    return List.of(new Means("unit tests", testsBelow(root, STORAGE, named), 0), points);
  }

  private static Means named(String name, SortedSet<String> named, String... tests) {
    named.addAll(List.of(tests));
    return new Means(name, List.of(tests), 0);
  }

  /// `io/raftctl/node` of `io/raftctl/node/room/RoomAhead.java`.
  private static String layer(String file) {
    Path path = Path.of(file);
    return path.subpath(0, Math.min(3, path.getNameCount() - 1)).toString().replace('\\', '/');
  }

  /// The unit tests of a package and of those below it, less those that count elsewhere.
  private static List<String> testsBelow(Path root, String folder, SortedSet<String> elsewhere)
      throws IOException {
    Path tests = root.resolve(TESTS);
    if (!Files.isDirectory(tests.resolve(folder))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(tests.resolve(folder))) {
      return files
          .map(file -> tests.relativize(file).toString().replace('\\', '/'))
          .filter(it -> it.endsWith("Test.java") && !it.endsWith("EndToEndTest.java"))
          .map(it -> it.substring(0, it.length() - ".java".length()).replace('/', '.'))
          .filter(it -> !elsewhere.contains(it) && !it.endsWith(".SimulationTest"))
          .sorted()
          .toList();
    }
  }

  /// As an argument of a command: `name=test,test` or `name=1..seeds`.
  String argument() {
    return name + "=" + (seeds > 0 ? "1.." + seeds : String.join(",", tests));
  }

  /// @param argument as [#argument()] writes it
  static Means parse(String argument) {
    int equals = argument.indexOf('=');
    String name = argument.substring(0, equals);
    String what = argument.substring(equals + 1);
    return what.startsWith("1..")
        ? new Means(name, List.of(), Long.parseLong(what.substring(3)))
        : new Means(name, Stream.of(what.split(",")).filter(it -> !it.isEmpty()).toList(), 0);
  }
}
