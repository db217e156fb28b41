package io.raftctl.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a hand-written file must not contain. Each rule takes a file and returns its complaints.
final class TidyRules {
  static final int FILE_LINES_MAX = 499;
  static final int METHOD_LINES_MAX = 69;
  static final int LINE_COLUMNS_MAX = 100;
  static final int PACKAGE_CLASSES_MAX = 19;

  // In two parts, so that the rules do not complain about themselves.
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern AUTHOR = Pattern.compile("@" + "author\\b");
  private static final Pattern DISABLED = Pattern.compile("^\\s*@" + "(Disabled|Ignore)\\b");
  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Utils?|Helper|Manager|Impl)");
  private static final Pattern GETTER = Pattern.compile("get[A-Z].*");

  private TidyRules() {}

  static List<String> shortFile(SourceFile file) {
    long lines = file.lines().size();
    return lines <= FILE_LINES_MAX
        ? List.of()
        : List.of(file.path() + " has " + lines + " lines: it does two things, make it two files");
  }

  static List<String> cleanLines(SourceFile file) {
    List<String> complaints = new ArrayList<>();
    List<String> lines = file.lines();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String at = file.path() + ":" + (i + 1) + " ";
      boolean unbreakable = line.startsWith("import ") || line.contains("://");
      if (line.contains("\t")) {
        complaints.add(at + "has a tab");
      }
      if (!line.equals(line.stripTrailing())) {
        complaints.add(at + "ends with a blank");
      }
      if (line.codePointCount(0, line.length()) > LINE_COLUMNS_MAX && !unbreakable) {
        complaints.add(at + "is longer than " + LINE_COLUMNS_MAX + " columns");
      }
      if (UNFINISHED.matcher(line).find()) {
        complaints.add(at + "announces work instead of doing it");
      }
      if (AUTHOR.matcher(line).find()) {
        complaints.add(at + "names an author: the history does");
      }
      if (DISABLED.matcher(line).find()) {
        complaints.add(at + "disables a test: mend or remove it");
      }
    }
    if (!file.text().endsWith("\n")) {
      complaints.add(file.path() + " does not end with a newline");
    }
    return complaints;
  }

  static List<String> shortMethods(SourceFile file) {
    SourcePositions positions = file.trees().getSourcePositions();
    return scan(
        file,
        new Complaints() {
          @Override
          public Void visitMethod(MethodTree method, Void unused) {
            long start = file.lineOf(positions.getStartPosition(file.tree(), method));
            long end = file.lineOf(positions.getEndPosition(file.tree(), method));
            if (end - start + 1 > METHOD_LINES_MAX) {
              add(file.path() + ":" + start + " " + method.getName() + " is too long: split it");
            }
            return super.visitMethod(method, null);
          }
        });
  }

  static List<String> tellingNames(SourceFile file) {
    return scan(
        file,
        new Complaints() {
          @Override
          public Void visitClass(ClassTree type, Void unused) {
            if (EMPTY_NAME.matcher(type.getSimpleName()).matches()) {
              add(file.path() + " " + type.getSimpleName() + ": name it for what it does");
            }
            return super.visitClass(type, null);
          }
        });
  }

  static List<String> recordsHaveNoGetters(SourceFile file) {
    return scan(
        file,
        new Complaints() {
          @Override
          public Void visitClass(ClassTree type, Void unused) {
            if (type.getKind() == Tree.Kind.RECORD) {
              type.getMembers().stream()
                  .filter(MethodTree.class::isInstance)
                  .map(MethodTree.class::cast)
                  .filter(it -> it.getParameters().isEmpty())
                  .filter(it -> GETTER.matcher(it.getName()).matches())
                  .forEach(it -> add(file.path() + " " + it.getName() + ": leave out the get"));
            }
            return super.visitClass(type, null);
          }
        });
  }

  /// A sleeping test is slow when it passes and flaky when it does not.
  static List<String> testsDoNotSleep(SourceFile file) {
    if (!file.isTest() || file.path().endsWith("/testing/Await.java")) {
      return List.of();
    }
    return scan(
        file,
        new Complaints() {
          @Override
          public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            String method = call.getMethodSelect().toString();
            if (method.endsWith("Thread.sleep") || method.matches(".*TimeUnit\\.\\w+\\.sleep")) {
              add(file.path() + " sleeps: wait with Await for what it waits for");
            }
            return super.visitMethodInvocation(call, null);
          }
        });
  }

  /// Complains about packages of too many top-level classes, and of main ones that are not
  /// null-safe.
  static List<String> smallPackage(String folder, List<String> fileNames) {
    List<String> complaints = new ArrayList<>();
    List<String> classes =
        fileNames.stream().filter(it -> !it.equals("package-info.java")).toList();
    if (classes.size() > PACKAGE_CLASSES_MAX) {
      complaints.add(folder + " has " + classes.size() + " classes: find the package inside it");
    }
    if (!folder.startsWith("src/test/") && classes.size() == fileNames.size()) {
      complaints.add(folder + " has no package-info.java, the reader's door");
    }
    return complaints;
  }

  static List<String> nullMarked(SourceFile file) {
    boolean missing =
        file.path().endsWith("/package-info.java") && !file.text().contains("\n@NullMarked\n");
    return missing ? List.of(file.path() + " is not @NullMarked") : List.of();
  }

  private static List<String> scan(SourceFile file, Complaints scanner) {
    scanner.scan(file.tree(), null);
    return scanner.found;
  }

  private abstract static class Complaints extends TreeScanner<Void, Void> {
    private final List<String> found = new ArrayList<>();

    void add(String complaint) {
      found.add(complaint);
    }
  }
}
