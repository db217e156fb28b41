package io.raftctl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds our code to the layers of the design, and proves each rule on a sample that breaks it.
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(location -> location.contains("/classes/"))
          .importPackages("io.raftctl");
  private static final String BAD = "io.raftctl.architecture.bad";
  private static final JavaClasses SAMPLES = new ClassFileImporter().importPackages(BAD);

  @ParameterizedTest
  @MethodSource("rules")
  void oursKeepsTheRule(String name, Function<Rules, ArchRule> rule) {
    // A layer that has no class yet breaks nothing.
    rule.apply(new Rules("io.raftctl")).allowEmptyShould(true).check(OURS);
  }

  @Test
  void oursIsWhatIsJudged() {
    assertThat(OURS.contain("io.raftctl.cli.Main")).isTrue();
    assertThat(OURS.contain(ArchitectureTest.class)).isFalse();
  }

  /// Each rule must name the samples that break it, and no others.
  @ParameterizedTest
  @MethodSource("rules")
  void theRuleBites(String name, Function<Rules, ArchRule> rule, List<String> offenders) {
    List<String> details =
        rule.apply(new Rules(BAD)).evaluate(SAMPLES).getFailureReport().getDetails();
    assertThat(offenders).isNotEmpty();
    for (String offender : offenders) {
      assertThat(details).as("complaints about %s", offender).anyMatch(it -> it.contains(offender));
    }
    assertThat(details)
        .allMatch(it -> offenders.stream().anyMatch(it::contains), "names an expected offender");
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        rule(
            "imports run one way",
            Rules::importsRunOneWay,
            "raft.ImportsNode",
            "storage.ImportsStateMachine",
            "nowhere.InNoLayer"),
        rule(
            "wire types stay at the edge",
            Rules::wireTypesStayAtTheEdge,
            "node.UsesProtobuf",
            "node.UsesGrpc",
            "node.UsesNetty"),
        rule("picocli stays in the commands", Rules::picocliStaysInTheCommands, "node.UsesPicocli"),
        rule("JLine stays in the REPL", Rules::jlineStaysInTheRepl, "client.UsesJline"),
        rule(
            "the simulated is repeatable",
            Rules::theSimulatedIsRepeatable,
            "raft.ReadsTheClock",
            "raft.RefersToTheClock",
            "raft.StartsAThread",
            "raft.IteratesInHashOrder",
            "raft.CollectsInHashOrder",
            "raft.CopiesInHashOrder",
            "raft.ListsInHashOrder.set",
            "raft.ListsInHashOrder.map",
            "raft.ListsInHashOrder.array",
            "storage.BorrowsAThread",
            "storage.DrawsWithoutASeed",
            "statemachine.AsksForTheTime"),
        rule(
            "files are reached through the seam",
            Rules::filesAreReachedThroughTheSeam,
            "storage.OpensAFile",
            "statemachine.OpensASocket"),
        rule("the core knows no streams", Rules::theCoreKnowsNoStreams, "raft.ReadsAStream"));
  }

  private static Arguments rule(String name, Function<Rules, ArchRule> rule, String... offenders) {
    return Arguments.of(name, rule, List.of(offenders));
  }
}
