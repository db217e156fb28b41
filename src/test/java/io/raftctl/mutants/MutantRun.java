package io.raftctl.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Puts every mutant to trial: `mvn -Pmutants verify` runs this, and no other build does.
///
/// ```
/// mvn -Pmutants verify                                   all
/// mvn -Pmutants verify -Draftctl.mutants=02,46           those whose names begin so
/// mvn -Pmutants verify -Draftctl.mutants.seeds=1000      more seeds of the simulator
/// mvn -Pmutants verify -Draftctl.mutants.means=simulator only this means
/// ```
///
/// First all means run on what we ship: whoever fails without a mutant catches nothing. The table
/// of the verdicts is printed, and lies in `target/mutants/table.md`.
class MutantRun {
  private static final long SEEDS = Long.getLong("raftctl.mutants.seeds", 300);
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final int FORKS =
      Integer.getInteger("raftctl.mutants.forks", Runtime.getRuntime().availableProcessors());

  private final Laboratory laboratory = Laboratory.here(LIMIT);

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void everyMutantIsCaught() throws Exception {
    List<Mutant> mutants =
        Mutant.all(laboratory.root()).stream().filter(MutantRun::isWanted).toList();
    assertThat(mutants).as("mutants in " + Mutant.FOLDER).isNotEmpty();
    SortedMap<String, Callable<Verdict>> sane = new TreeMap<>();
    for (Means means : wanted(Means.of(mutants, laboratory.root(), SEEDS))) {
      String folder = "none-" + sane.size();
      sane.put(folder + ": " + means.name(), () -> laboratory.judgeOurs(folder, List.of(means)));
    }
    SortedMap<String, Verdict> without = verdicts(sane);
    without.values().removeIf(Verdict.Survived.class::isInstance);
    assertThat(without).as("what fails without a mutant catches nothing").isEmpty();

    SortedMap<String, Callable<Verdict>> trials = new TreeMap<>();
    for (Mutant mutant : mutants) {
      List<Means> means = wanted(Means.of(mutant, laboratory.root(), SEEDS));
      trials.put(mutant.name(), () -> judge(mutant, means));
    }
    SortedMap<String, Verdict> verdicts = verdicts(trials);
    String table = VerdictTable.of(mutants, verdicts);
    System.out.println(table);
    Files.writeString(laboratory.folder().resolve("table.md"), table);
    verdicts.values().removeIf(Verdict.Caught.class::isInstance);
    assertThat(verdicts).as("mutants that nobody caught").isEmpty();
  }

  private Verdict judge(Mutant mutant, List<Means> means) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Verdict verdict = laboratory.judge(mutant, means);
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    System.out.println(mutant.name() + ": " + verdict + " after " + seconds + " s");
    return verdict;
  }

  private static SortedMap<String, Verdict> verdicts(Map<String, Callable<Verdict>> trials)
      throws InterruptedException, ExecutionException {
    SortedMap<String, Verdict> verdicts = new TreeMap<>();
    try (ExecutorService forks = Executors.newFixedThreadPool(FORKS)) {
      SortedMap<String, Future<Verdict>> running = new TreeMap<>();
      trials.forEach((name, trial) -> running.put(name, forks.submit(trial)));
      for (Map.Entry<String, Future<Verdict>> trial : running.entrySet()) {
        verdicts.put(trial.getKey(), trial.getValue().get());
      }
    }
    return verdicts;
  }

  private static boolean isWanted(Mutant mutant) {
    String prefixes = System.getProperty("raftctl.mutants", "");
    return List.of(prefixes.split(",")).stream().anyMatch(mutant.name()::startsWith);
  }

  private static List<Means> wanted(List<Means> means) {
    String only = System.getProperty("raftctl.mutants.means", "");
    return means.stream().filter(it -> only.isEmpty() || it.name().equals(only)).toList();
  }
}
