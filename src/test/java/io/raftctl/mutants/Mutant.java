package io.raftctl.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A bug of another system, put back into a copy of our source: a file of `src/mutants`.
///
/// ```
/// bug 7
/// A candidate does not record the vote that it gives itself.
///
/// in io/raftctl/raft/Election.java
/// ---- instead of
///     state.vote = state.id();
/// ---- comes
///     state.vote = null;
/// ----
/// ```
///
/// The head names the row of `docs/mutants.md` and says in a line what is wrong; then there is one
/// edit or several. The text that is to go stands in its file exactly once: a mutant that does not
/// apply any more says nothing, so it is an error and is never skipped.
///
/// @param name of its file, without the ending
/// @param bug the row of the table
/// @param sentence what is wrong
record Mutant(String name, int bug, String sentence, List<Edit> edits) {
  /// @param file below `src/main/java`
  /// @param was whole lines that stand in it once
  /// @param becomes what stands there instead, perhaps nothing
  record Edit(String file, String was, String becomes) {}

  static final Path FOLDER = Path.of("src/mutants");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final String BUG = "bug ";
  private static final String IN = "in ";
  private static final String INSTEAD_OF = "---- instead of";
  private static final String COMES = "---- comes";
  private static final String END = "----";

  /// All mutants, in the order of their names.
  static List<Mutant> all(Path root) throws IOException {
    List<Mutant> mutants = new ArrayList<>();
    try (Stream<Path> files = Files.list(root.resolve(FOLDER))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".txt")).sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        mutants.add(parse(name.substring(0, name.length() - 4), Files.readString(file)));
      }
    }
    return mutants;
  }

  /// @throws IllegalArgumentException where the text is no mutant, with the reason in a line
  static Mutant parse(String name, String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 2 || !lines.getFirst().matches(BUG + "\\d+")) {
      throw new IllegalArgumentException(name + " does not begin with 'bug' and a number");
    }
    int bug = Integer.parseInt(lines.getFirst().substring(BUG.length()));
    List<Edit> edits = new ArrayList<>();
    String file = null;
    for (int at = 2; at < lines.size(); at++) {
      String line = lines.get(at);
      if (line.startsWith(IN)) {
        file = line.substring(IN.length());
      } else if (line.equals(INSTEAD_OF) && file != null) {
        int comes = find(name, COMES, lines, at);
        int end = find(name, END, lines, comes);
        edits.add(new Edit(file, block(lines, at, comes), block(lines, comes, end)));
        at = end;
      } else if (!line.isBlank()) {
        throw new IllegalArgumentException(name + ":" + (at + 1) + " is not understood: " + line);
      }
    }
    if (edits.isEmpty()) {
      throw new IllegalArgumentException(name + " changes nothing");
    }
    return new Mutant(name, bug, lines.get(1), List.copyOf(edits));
  }

  private static int find(String name, String line, List<String> lines, int from) {
    for (int at = from + 1; at < lines.size(); at++) {
      if (lines.get(at).equals(line)) {
        return at;
      }
    }
    throw new IllegalArgumentException(
        name + ":" + (from + 1) + " has no '" + line + "' behind it");
  }

  private static String block(List<String> lines, int before, int behind) {
    StringBuilder text = new StringBuilder();
    lines.subList(before + 1, behind).forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /// The sources that it changes as they become, by their names below `src/main/java`.
  ///
  /// @throws IllegalArgumentException where a text does not stand in its file exactly once
  SortedMap<String, String> apply(Path root) throws IOException {
    SortedMap<String, String> sources = new TreeMap<>();
    for (Edit edit : edits) {
      String source = sources.get(edit.file());
      if (source == null) {
        source = Files.readString(root.resolve(SOURCES).resolve(edit.file()));
      }
      sources.put(edit.file(), apply(edit, source));
    }
    return sources;
  }

  private String apply(Edit edit, String source) {
    String was = "\n" + edit.was();
    int at = source.indexOf(was);
    if (edit.was().isBlank() || at < 0) {
      throw new IllegalArgumentException(
          "src/mutants/%s.txt does not apply any more: bring it in line with %s, which lacks\n%s"
              .formatted(name, edit.file(), edit.was()));
    }
    if (source.indexOf(was, at + 1) >= 0) {
      throw new IllegalArgumentException(
          "src/mutants/%s.txt has to say more: %s holds several times\n%s"
              .formatted(name, edit.file(), edit.was()));
    }
    return source.substring(0, at + 1) + edit.becomes() + source.substring(at + was.length());
  }

  /// Whether it changes anything in this package or in one below it.
  boolean isIn(String packageFolder) {
    return edits.stream().anyMatch(edit -> edit.file().startsWith(packageFolder + "/"));
  }
}
