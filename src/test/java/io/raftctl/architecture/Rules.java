package io.raftctl.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;

/// The rules on who may use what, each for the packages below a root: ours, or one of bad samples.
final class Rules {
  private static final Set<String> HASH_ORDERED =
      Set.of(
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.Hashtable",
          "java.util.IdentityHashMap",
          "java.util.WeakHashMap",
          "java.util.concurrent.ConcurrentHashMap");

  /// Methods whose answer differs from run to run: clocks, chance, and the salted order of hashes.
  private static final Set<String> UNREPEATABLE =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.identityHashCode",
          "java.lang.Object.hashCode",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID",
          "java.util.Collections.shuffle",
          "java.util.Set.of",
          "java.util.Set.copyOf",
          "java.util.Map.of",
          "java.util.Map.ofEntries",
          "java.util.Map.copyOf",
          "java.util.stream.Collectors.toSet",
          "java.util.stream.Collectors.toUnmodifiableSet",
          "java.util.stream.Collectors.toMap",
          "java.util.stream.Collectors.toUnmodifiableMap",
          "java.util.stream.Collectors.groupingBy");

  private static final Set<String> CLOCKS_AND_THREADS =
      Set.of(
          "java.lang.Thread",
          "java.time.Clock",
          "java.time.Instant",
          "java.time.LocalDateTime",
          "java.time.ZonedDateTime",
          "java.util.Date",
          "java.util.Timer",
          "java.security.SecureRandom",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool");

  private final String root;

  Rules(String root) {
    this.root = root;
  }

  ArchRule importsRunOneWay() {
    return classes()
        .that(resideInAPackage(root + ".."))
        .should(
            new ArchCondition<>("import only layers below their own") {
              @Override
              public void check(JavaClass from, ConditionEvents events) {
                checkLayer(from, events);
              }
            });
  }

  private void checkLayer(JavaClass from, ConditionEvents events) {
    String folder = belowRoot(from);
    if (folder.isEmpty()) {
      return; // The main class stands above the layers.
    }
    String layer = Layers.of(folder);
    if (layer == null) {
      events.add(violation(from, from.getName() + " is in no layer: give its package a place"));
      return;
    }
    Set<String> allowed = Layers.allowed(layer);
    for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
      JavaClass to = dependency.getTargetClass().getBaseComponentType();
      if (!to.getPackageName().startsWith(root + ".")) {
        continue;
      }
      String below = Layers.of(belowRoot(to));
      if (below == null || !(allowed.contains(below) || layer.equals("cli"))) {
        events.add(violation(from, layer + " may not import: " + dependency.getDescription()));
      }
    }
  }

  private String belowRoot(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(root) ? "" : name.substring(root.length() + 1);
  }

  private static ConditionEvent violation(JavaClass where, String message) {
    return SimpleConditionEvent.violated(where, message);
  }

  ArchRule wireTypesStayAtTheEdge() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .and(
            not(
                resideInAnyPackage(
                    root + ".transport.grpc..",
                    root + ".server..",
                    root + ".client..",
                    root + ".proto..")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "com.google.protobuf..", "io.grpc..", "io.netty..", root + ".proto.."))
        .because("the core, the disk and the commands must not depend on how a message is coded");
  }

  ArchRule picocliStaysInTheCommands() {
    return onlyIn("picocli..", ".cli..");
  }

  ArchRule jlineStaysInTheRepl() {
    return onlyIn("org.jline..", ".repl..");
  }

  private ArchRule onlyIn(String library, String home) {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .and(not(resideInAPackage(root + home)))
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .because("only " + home + " knows " + library);
  }

  ArchRule theSimulatedIsRepeatable() {
    return noClasses()
        .that(
            resideInAnyPackage(
                root + ".raft..",
                root + ".storage..",
                root + ".statemachine..",
                root + ".simulation.."))
        .and(not(resideInAPackage(root + ".statemachine.exec..")))
        .should(useSomethingUnrepeatable())
        .because("a seed must replay the same run: time and chance are parameters, order is fixed");
  }

  private static ArchCondition<JavaClass> useSomethingUnrepeatable() {
    return new ArchCondition<>("read a clock, start a thread, or iterate in hash order") {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (JavaAccess<?> access : from.getAccessesFromSelf()) {
          if (isUnrepeatable(access)) {
            events.add(SimpleConditionEvent.satisfied(from, access.getDescription()));
          }
        }
      }
    };
  }

  private static boolean isUnrepeatable(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    boolean creates = access.getName().equals("<init>");
    if (creates && owner.equals("java.util.Random")) {
      return access.getDescription().contains("java.util.Random.<init>()"); // Without a seed.
    }
    if (access.getName().equals("of") && access instanceof JavaCodeUnitAccess<?> call) {
      int arguments = call.getTarget().getRawParameterTypes().size();
      if (arguments <= (owner.equals("java.util.Map") ? 2 : 1) && !takesAnArray(call)) {
        return false; // With at most one element there is only one order.
      }
    }
    if (owner.equals("java.util.concurrent.CompletableFuture")) {
      // With an executor of the caller's it runs where the simulator wants it to.
      return access.getName().endsWith("Async")
          && !access.getDescription().contains("java.util.concurrent.Executor");
    }
    return (creates && HASH_ORDERED.contains(owner))
        || CLOCKS_AND_THREADS.contains(owner)
        || UNREPEATABLE.contains(owner + "." + access.getName());
  }

  private static boolean takesAnArray(JavaCodeUnitAccess<?> call) {
    return call.getTarget().getRawParameterTypes().stream().anyMatch(JavaClass::isArray);
  }

  /// The storage reaches the disk through its seam, so that the simulator can take the disk's
  /// place.
  ArchRule filesAreReachedThroughTheSeam() {
    return noClasses()
        .that(resideInAnyPackage(root + ".raft..", root + ".storage..", root + ".statemachine.."))
        .and(not(resideInAPackage(root + ".statemachine.exec..")))
        .and(
            not(
                DescribedPredicate.describe(
                    "are FileDisk",
                    type ->
                        type.getPackageName().equals(root + ".storage")
                            && outermost(type).getSimpleName().equals("FileDisk"))))
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe("reach files or sockets", Rules::reachesOutside));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(Rules::outermost).orElse(type);
  }

  private static boolean reachesOutside(JavaClass type) {
    String name = type.getName();
    boolean harmless =
        List.of("Path", "FileSystemException", "NoSuchFileException")
            .contains(type.getSimpleName());
    return name.startsWith("java.net.")
        || (name.startsWith("java.nio.file.") && !harmless)
        || name.startsWith("java.nio.channels.")
        || name.startsWith("java.io.File")
        || name.equals("java.io.RandomAccessFile")
        || name.equals("java.io.PrintStream");
  }

  /// Not even a stream: the core computes, and its neighbours read and write.
  ArchRule theCoreKnowsNoStreams() {
    return noClasses()
        .that(resideInAPackage(root + ".raft.."))
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of java.io",
                type ->
                    type.getPackageName().equals("java.io")
                        && !type.getSimpleName().equals("Serializable")));
  }

  private static DescribedPredicate<JavaClass> not(DescribedPredicate<? super JavaClass> other) {
    return DescribedPredicate.not(other).forSubtype();
  }
}
