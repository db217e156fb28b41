package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cli.Shell.Run;
import io.raftctl.cli.terminal.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A command line that makes no sense is told so in one line, with the way out.
class UsageTest {
  private final Shell shell = new Shell(Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stauts                | unknown command 'stauts'; did you mean 'status'?",
        "frobnicate            | unknown command 'frobnicate'; see 'raftctl help'",
        "help stauts           | unknown command 'stauts'; did you mean 'status'?",
        "-o json               | options stand behind the command; see 'raftctl help'",
        "status --wach         | status: unknown option '--wach'; did you mean '--watch'?",
        "put k -v              | put: unknown option '-v'; put -- before what is no option",
        "put k --value         | put: unknown option '--value'; put -- before what is no option",
        "put -- k -v x         | put: there is no place for 'x'",
        "status x              | status: there is no place for 'x'; see 'raftctl status --help'",
        "put k                 | put: missing required parameter: 'V'; see 'raftctl put --help'",
        "get                   | get: missing required parameter: 'K'; see 'raftctl get --help'",
        "submit                | submit: missing required parameter: 'COMMAND'",
        "status --timeout      | status: missing required parameter for option '--timeout'",
        "status --timeout 5    | status: '5' is not a duration from 1ms to 10m",
        "status --timeout -1s  | status: '-1s' is not a duration from 1ms to 10m",
        "status --timeout 11m  | status: '11m' is not a duration from 1ms to 10m",
        "status --timeout 0s   | status: '0s' is not a duration from 1ms to 10m",
        "status -o xml         | status: 'xml' is not a format; there are text and json",
        "status -e nowhere     | 'nowhere' is not HOST:PORT",
        "status --watch --watch | status: option '--watch' should be specified only once",
        "log --from x          | log: invalid value for option '--from'",
        "log --from 0          | --from starts at 1, not at 0",
        "log dumb              | there is no 'log dumb'; there are dump, verify, diff",
        "log dump              | log dump takes one directory or live node, not 0",
        "log verify            | log verify needs a directory or a live node",
        "log diff a/b a/b      | log diff compares two or more different directories",
        "log verify a/b --from 2 | --from is not for verify, which reads all there is",
        "log dump a/b --follow | --node and --follow are for log without an action, not for dump",
        "recover --from x      | recover needs --from and --as",
        "recover --from x --as a/b --dry-run | 'a/b' is not a node id",
        "block                 | block takes either nodes, or --from A and --to B",
        "block 1 --from 1      | block takes either nodes, or --from A and --to B",
        "unblock               | unblock takes either nodes, or --all, or --from A and --to B",
        "unblock --from 1      | unblock takes either nodes, or --all, or --from A and --to B",
        "unblock --all 1       | unblock takes either nodes, or --all, or --from A and --to B",
        "completion tcsh       | there is no completion for 'tcsh'",
        "node --id a/b         | --id: 'a/b' is not a node id",
        "node --listen x       | --listen: 'x' is not an address",
        "node --peers 1        | --peers: '1' is not ID=HOST:PORT",
        "node --peers 1=a:1,1=b:2 | --peers: node 1 is named twice",
        "node --id 4 --peers 1=a:1,2=b:1 | node 4 is not among the peers 1, 2, and no --listen"
            + " says where it is; list it among the peers, or give --listen",
        "node --heartbeat 5    | --heartbeat: '5' is not a duration",
      })
  void nonsenseIsToldInOneLineWithTheWayOut(String line, String message) {
    Run run = shell.run(line.split(" +"));

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("raftctl: " + message).hasLineCount(1);
  }

  @Test
  void nonsenseIsToldInJsonWhereThatIsWanted() {
    Run run = shell.run("status", "--wach", "-o", "json");

    assertThat(run.error())
        .isEqualTo(
            Map.of(
                "code",
                "usage",
                "message",
                "status: unknown option '--wach'",
                "hint",
                "did you mean '--watch'?"));
  }

  @Test
  void whatANodeRefusesHasItsWayOutInTheHint() {
    assertThat(shell.run("node", "--cluster", "a b", "-o", "json").error())
        .isEqualTo(
            Map.of(
                "code",
                "usage",
                "message",
                "'a b' is not a cluster id",
                "hint",
                "use 1 to 64 letters, digits, '.', '_' or '-'"));
    assertThat(shell.run("node", "--packets", "-o", "json").error())
        .containsEntry("message", "blocking packets needs faults")
        .containsEntry("hint", "add --faults, or drop --packets");
    assertThat(shell.run("node", "--listen", "203.0.113.1:1", "-o", "json").error())
        .containsEntry("code", "failed")
        .containsEntry("hint", "choose another --listen, or stop what uses it");
    assertThat(shell.run("node", "--id", "4", "--peers", "1=a:1", "-o", "json").error())
        .containsEntry("hint", "list it among the peers, or give --listen HOST:PORT");
    assertThat(shell.run("node", "--id", "a/b", "-o", "json").error().getString("hint"))
        .isNotEmpty();
  }

  @Test
  void theEnvironmentIsBlamedWhereItIsToBlame() {
    assertThat(new Shell(Map.of("RAFTCTL_FAULTS", "maybe")).run("node").err())
        .isEqualTo(
            "raftctl: RAFTCTL_FAULTS: 'maybe' is neither yes nor no; see 'raftctl node --help'\n");
    assertThat(new Shell(Map.of("RAFTCTL_ENDPOINTS", "x")).run("status").err())
        .startsWith("raftctl: 'x' is not HOST:PORT");
  }

  @Test
  void withoutACommandTheHelpIsTheError() {
    Run run = shell.run();

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Usage: raftctl COMMAND");
  }

  static Stream<String> commands() {
    return Subcommands.names().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandHelps(String name) {
    Run run = shell.run(name, "--help");

    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: raftctl " + name + " ").contains("--help", "-o");
    assertThat(run.out().lines()).allMatch(it -> it.length() <= 100, "fits 100 columns");
    assertThat(shell.run("help", name).out()).isEqualTo(run.out());
    assertThat(shell.run("help").out()).containsPattern("(?m)^  " + name + " ");
  }

  @Test
  void theVersionIsALine() {
    for (List<String> line : List.of(List.of("version"), List.of("--version"), List.of("-V"))) {
      Run run = shell.run(line.toArray(String[]::new));
      assertThat(run.out()).matches("raftctl \\S+ \\(.*\\)\n");
      assertThat(run.err()).isEmpty();
    }
    assertThat(shell.run("version", "-o", "json").json()).containsKeys("version", "commit", "java");
  }
}
