package io.raftctl.cluster;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `raftctl node`, run by the Java and from the jar that run this process.
///
/// @param jvm flags of the virtual machine
public record JavaNodeProgram(List<String> jvm) implements NodeProgram {
  private static final String CACHE_FLAG = "-XX:AOTCache=";

  // A demo starts all its nodes at once beside a browser and an editor: ready soon and small counts
  // for more than the last third of throughput, which is what the second compiler would add.
  private static final List<String> SMALL =
      List.of(
          "-Xms16m",
          "-Xmx256m",
          "-Xss512k",
          "-XX:MaxMetaspaceSize=96m",
          "-XX:ReservedCodeCacheSize=48m",
          "-XX:TieredStopAtLevel=1",
          // A node that nobody uses runs little, and had better not interpret that: compiled after
          // a
          // quarter of the usual calls it uses a third less. A start takes a tenth longer.
          "-XX:Tier3InvocationThreshold=50",
          "-XX:Tier3MinInvocationThreshold=20",
          "-XX:Tier3CompileThreshold=300",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          "-Dio.netty.allocator.numHeapArenas=1",
          "-Dio.netty.allocator.numDirectArenas=1",
          "-Dio.netty.allocator.maxOrder=3",
          "-Dio.netty.eventLoopThreads=1");

  // For measurements: what a node of one's own would be started with.
  private static final List<String> FAST =
      List.of("-Xmx1g", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-Xlog:disable");

  public JavaNodeProgram {
    jvm = List.copyOf(jvm);
  }

  /// Starts in no time and stays small.
  public static JavaNodeProgram small() {
    return new JavaNodeProgram(SMALL);
  }

  /// Takes what the machine has.
  public static JavaNodeProgram fast() {
    return new JavaNodeProgram(FAST);
  }

  @Override
  public List<String> command(
      NodeDescription node,
      String cluster,
      List<String> seat,
      Path readyFile,
      boolean endsWithParent) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(jvm);
    words.addAll(programOfThisProcess());
    words.add("node");
    words.addAll(List.of("--id", node.id(), "--cluster", cluster));
    words.addAll(seat);
    words.addAll(List.of("--listen", node.address(), "--http", node.http()));
    words.addAll(List.of("--data-dir", node.data().toString()));
    words.addAll(List.of("--ready-file", readyFile.toString(), "--faults"));
    if (endsWithParent) {
      words.add("--exit-with-stdin");
    }
    return words;
  }

  private static List<String> programOfThisProcess() {
    CodeSource source = JavaNodeProgram.class.getProtectionDomain().getCodeSource();
    try {
      Path place = Path.of(source.getLocation().toURI());
      if (!place.toString().endsWith(".jar")) {
        // Run from a folder of classes, as an editor and the tests do.
        return List.of("-cp", System.getProperty("java.class.path"), "io.raftctl.Launch");
      }
      List<String> words = new ArrayList<>();
      cacheOfThisProcess(place).ifPresent(words::add);
      words.addAll(List.of("-jar", place.toString()));
      return words;
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path has no such place: " + source, e);
    }
  }

  /// The launcher knows whether its cache of loaded classes fits this jar and this Java. What it
  /// gave us is good for the nodes too, unless the jar was replaced since: Java would run old
  /// classes.
  private static Optional<String> cacheOfThisProcess(Path jar) {
    return ProcessHandle.current().info().arguments().stream()
        .flatMap(Arrays::stream)
        .filter(argument -> argument.startsWith(CACHE_FLAG))
        .filter(flag -> isNewer(Path.of(flag.substring(CACHE_FLAG.length())), jar))
        .findFirst();
  }

  private static boolean isNewer(Path cache, Path jar) {
    try {
      return Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
    } catch (IOException e) {
      return false;
    }
  }
}
