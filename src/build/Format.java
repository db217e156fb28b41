import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Checks or mends the format of every hand-written Java file. Maven runs this source file directly
/// on the JDK 25, because a formatter inside Maven would have to parse Java 25 on Maven's own JVM.
public final class Format {
  private Format() {}

  /// Takes `check` or `fix`, then the folders; exits with 1 if `check` found something to mend.
  public static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    List<String> command = new ArrayList<>();
    command.addAll(fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    int options = command.size();
    for (String folder : List.of(args).subList(1, args.length)) {
      addSources(Path.of(folder), command);
    }
    if (command.size() == options) {
      throw new IllegalArgumentException("no Java file in the folders given");
    }
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int exit = new Main(out, err, System.in).format(command.toArray(String[]::new));
    out.flush();
    err.flush();
    if (exit != 0 && !fix) {
      System.err.println(
          "The files above are not formatted: mvn -q -Pformat initialize mends them.");
    }
    System.exit(exit);
  }

  private static void addSources(Path folder, List<String> sources) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.map(Path::toString).filter(it -> it.endsWith(".java")).sorted().forEach(sources::add);
    }
  }
}
