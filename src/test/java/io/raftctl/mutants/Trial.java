package io.raftctl.mutants;

import io.raftctl.simulation.Simulation;
import io.raftctl.simulation.SimulationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// A process that tries all means on the classes that it was started with, and ends at the first
/// that fails, with one [Verdict].
///
/// The main thread runs the tests; the one that watches ends the process where a test takes longer
/// than a build would let it.
final class Trial {
  /// As `junit-platform.properties` has it.
  private static final Duration LONGEST_TEST = Duration.ofMinutes(2);

  /// What runs now and since when.
  private record Running(String what, long sinceNanos) {}

  private final AtomicReference<Running> running =
      new AtomicReference<>(new Running("the start", System.nanoTime()));

  private volatile String means = "";

  private Trial() {}

  /// @param arguments the means, as [Means#argument()] writes them
  public static void main(String[] arguments) {
    Trial trial = new Trial();
    try (ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor()) {
      var _ = watch.scheduleAtFixedRate(trial::watch, 1, 1, TimeUnit.SECONDS);
      for (String argument : arguments) {
        trial.run(Means.parse(argument));
      }
      end(new Verdict.Survived());
    } catch (OutOfMemoryError e) { // JUnit does not make a failed test of it.
      trial.caught(trial.running.get().what, e);
    } catch (Throwable e) {
      end(new Verdict.Broken(e.toString()));
    }
  }

  private void run(Means next) {
    means = next.name();
    if (next.seeds() > 0) {
      simulate(next.seeds());
    } else if (!next.tests().isEmpty()) {
      test(next.tests());
    }
  }

  private void simulate(long seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      begin("seed " + seed);
      try {
        Simulation.run(seed);
      } catch (SimulationFailure e) {
        caught("seed " + seed, reason(e));
      }
    }
  }

  /// The promise that was broken stands in the cause.
  private static Throwable reason(SimulationFailure failure) {
    return Objects.requireNonNullElse(failure.getCause(), failure);
  }

  private void test(List<String> tests) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(tests.stream().map(DiscoverySelectors::selectClass).toList())
            .build();
    LauncherFactory.create().execute(request, new FirstFailure());
  }

  /// Ends the process at the first failure.
  private final class FirstFailure implements TestExecutionListener {
    @Override
    public void executionStarted(TestIdentifier test) {
      if (test.isTest()) {
        begin(nameOf(test));
      }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() == TestExecutionResult.Status.FAILED) {
        caught(nameOf(test), result.getThrowable().orElseGet(AssertionError::new));
      }
    }

    private String nameOf(TestIdentifier test) {
      String place =
          test.getSource()
              .map(
                  source ->
                      switch (source) {
                        case MethodSource method ->
                            simple(method.getClassName()) + "." + method.getMethodName();
                        case ClassSource type -> simple(type.getClassName());
                        default -> source.toString();
                      })
              .orElse(test.getUniqueId());
      boolean says = place.endsWith("." + test.getDisplayName().replace("()", ""));
      return says || !test.isTest() ? place : place + " " + test.getDisplayName();
    }

    private String simple(String className) {
      return className.substring(className.lastIndexOf('.') + 1).replace('$', '.');
    }
  }

  private void begin(String what) {
    running.set(new Running(what, System.nanoTime()));
  }

  private void watch() {
    Running now = running.get();
    if (System.nanoTime() - now.sinceNanos > LONGEST_TEST.toNanos()) {
      end(new Verdict.Caught(means, now.what, "no end within two minutes"));
    }
  }

  private void caught(String what, Throwable failure) {
    end(
        failure instanceof LinkageError
            ? new Verdict.Broken("does not link: " + failure)
            : new Verdict.Caught(means, what, firstLine(failure)));
  }

  private static String firstLine(Throwable failure) {
    String text = failure.toString();
    return text.substring(0, Math.min(text.length(), 300));
  }

  private static synchronized void end(Verdict verdict) {
    System.out.println();
    System.out.println(Verdict.line(verdict));
    System.out.flush();
    Runtime.getRuntime().halt(0); // No test that still runs gets another word.
  }
}
