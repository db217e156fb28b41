package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cli.Shell.Run;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.scenario.Stories;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Scripts over simulated clusters, the stories that come with raftctl among them.
class ScenarioCommandTest {
  @TempDir private Path folder;

  static List<String> stories() throws IOException {
    return Stories.all().stream().map(Stories.Story::name).toList();
  }

  private Shell shell() {
    return new Shell(InputStream.nullInputStream(), Map.of(), folder);
  }

  private Run script(String... lines) {
    return shell().reading(String.join("\n", lines)).run("scenario", "run", "-");
  }

  @ParameterizedTest
  @MethodSource("stories")
  void aStoryGoesAsItIsToldAndEachTimeTheSame(String story) {
    Run run = shell().run("scenario", "run", story, "--trace", "one.txt");
    assertThat(run.err()).as(run.out()).doesNotContain(story);
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(shell().run("scenario", "run", story, "--trace", "two.txt").out())
        .isEqualTo(run.out());
    assertThat(folder.resolve("two.txt")).hasSameTextualContentAs(folder.resolve("one.txt"));
  }

  /// Nor does it rest on how long messages and syncs take, which the seed draws.
  @ParameterizedTest
  @MethodSource("stories")
  void aStoryIsNoAccident(String story) {
    String text = shell().run("scenario", "show", story).out();
    for (int seed = 2; seed <= 8; seed++) {
      assertThat(script("seed " + seed, text).code()).as("seed " + seed).isEqualTo(ExitCode.DONE);
    }
  }

  /// What a story expects is more than that its lines run.
  @ParameterizedTest
  @MethodSource("stories")
  void aStoryExpectsSomething(String story) {
    assertThat(shell().run("scenario", "show", story).out().lines())
        .filteredOn(line -> line.startsWith("expect "))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void listsTheStories() throws Exception {
    Run run = shell().run("scenario", "ls");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out().lines()).hasSize(stories().size());
    assertThat(run.out()).contains("figure-8", "Two candidates split the votes");
    assertThat(shell().run("scenario", "ls", "-o", "json").out().lines())
        .hasSize(stories().size())
        .allMatch(line -> line.startsWith("{\"name\":\""));
  }

  @Test
  void aStoryThatWasShownCanBeChangedAndRun() throws Exception {
    String text = shell().run("scenario", "show", "stale-leader").out();
    Files.writeString(
        folder.resolve("mine.raft"), text.replace("expect majority", "expect minority"));
    Run run = shell().run("scenario", "run", "mine.raft");
    assertThat(run.code()).isEqualTo(ExitCode.NEGATIVE);
    assertThat(run.err())
        .contains("raftctl: mine.raft, line ", "'minority' is expected of 'get x'");
  }

  @Test
  void clientsGetWhatTheyWouldGetInAShell() {
    Run run =
        script(
            "put k 'a b'",
            "get k",
            "cas k x y",
            "expect exit 1",
            "incr n 5",
            "keys",
            "del k",
            "get k",
            "expect exit 1");
    assertThat(run.out()).isEqualTo("OK\na b\na b\n5\nk\nn\nOK\n");
  }

  @Test
  void aNodeThatJoinsVotesAndOneThatLeavesDoesNot() {
    Run run =
        script(
            "put k v",
            "add-node",
            "member ls",
            "kill 1 2",
            "put k w --timeout 500ms",
            "expect exit 4",
            "start all",
            "wait converged",
            "remove-node 1",
            "member ls",
            "expect not 1 voter",
            "put k w");
    assertThat(run.err()).doesNotContain("line ");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("added 4\n", "4   voter\n", "removed 1\n");
  }

  @Test
  void aPausedNodeHearsNothingUntilItGoesOn() {
    Run run =
        script(
            "wait leader",
            "leader transfer 1",
            "pause 1",
            "sleep 3s",
            "status",
            "expect 1 paused",
            "expect not leader 1,",
            "resume 1",
            "wait converged",
            "status",
            "expect 1 follower");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frobnicate | 2 | no command 'frobnicate' in a simulated world",
        "kill 9 | 2 | no node 9",
        "nodes 9 | 2 | '9' is not a whole number from 1 to 7",
        "features none | 2 | 'none' are no features",
        "wait | 2 | usage: wait",
        "wait leads 2 1ms | 1 | it does not lead within 1ms",
        "rot 1 1 | 1 | node 1 runs; kill it first",
        "start 1 | 1 | node 1 runs already",
        "get | 2 | 'get' takes 1 words",
        "put a b --color | 2 | no option --color here",
        "partition 1 2 3 | 2 | a partition needs two sides",
        "get none | 1 | there is no key 'none'",
        "change leader voters 1 99 | 2 | no node 99",
        "change leader voters 1 learners 98 | 2 | no node 98",
        "hand-over leader 9 | 2 | no node 9",
        "disk 9 room | 2 | no node 9",
        "disk 1 melt | 2 | usage: disk NODE full",
        "client 1 put k | 2 | usage: client C.N",
        "cut 1 > 1 | 2 | no node is cut off from itself",
        "pause 1 5us | 2 | no node 5us",
        "join 1 | 1 | this cannot be done as things are: join 1"
      })
  void whatMakesNoSenseIsSaidInALine(String line, int code, String message) {
    Run run = script(line);
    assertThat(run.code().code()).isEqualTo(code);
    assertThat(run.err()).startsWith("raftctl: " + message);
  }

  @Test
  void aScriptMustBeText() throws Exception {
    Files.write(folder.resolve("odd.raft"), new byte[] {'p', 'u', 't', ' ', (byte) 0xff});
    Run run = shell().run("scenario", "run", "odd.raft");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).isEqualTo("raftctl: odd.raft is no text in UTF-8\n");
  }

  @Test
  void theWorldIsMadeBeforeAnythingHappens() {
    Run run = script("wait leader", "nodes 5");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("the world has begun already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run | 'scenario run' needs a script",
        "run none | there is no file and no scenario 'none'",
        "play x | there is no 'scenario play'",
        "run split-vote --processes --trace t | --trace is for the simulated world"
      })
  void whatIsAskedForMustBeThere(String arguments, String message) {
    Run run = shell().run(("scenario " + arguments).split(" ", -1));
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("raftctl: " + message).hasLineCount(1);
  }
}
