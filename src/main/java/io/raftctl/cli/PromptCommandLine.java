package io.raftctl.cli;

import io.raftctl.cli.local.ClusterFailures;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Wording;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.repl.CommandLine;
import io.raftctl.statemachine.store.CommandText;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All commands but those that make no sense at the prompt, run there as a shell would.
final class PromptCommandLine implements CommandLine {
  private static final Set<String> SHELL_ONLY =
      Set.of("local-cluster", "node", "scenario", "torture", "help", "completion");

  private final Console console;
  private final Report report;

  /// @param shell what the session itself was told with
  PromptCommandLine(Report shell) {
    Console own = shell.console();
    List<String> verbs = new ArrayList<>(names());
    verbs.add("help");
    this.console =
        new Console(
            InputStream.nullInputStream(),
            own.out(),
            own.err(),
            own.env(),
            own.directory(),
            Wording.prompt(verbs));
    this.report = new Report(console, shell.json());
  }

  @Override
  public List<String> names() {
    return Subcommands.names().stream().filter(name -> !SHELL_ONLY.contains(name)).toList();
  }

  @Override
  public String summary(String name) {
    return Help.summary(Subcommands.existing(name).spec());
  }

  @Override
  public int run(List<String> words, List<String> endpoints) {
    Map<String, String> environment = new TreeMap<>(console.env());
    environment.put(Endpoints.PROMPT_VARIABLE, String.join(",", endpoints));
    Console now =
        new Console(
            console.in(),
            console.out(),
            console.err(),
            environment,
            console.directory(),
            console.wording());
    int code = new Raftctl(now).run(words).code();
    console.out().flush();
    return code;
  }

  @Override
  public String written(String word) {
    return CommandText.quote(word);
  }

  @Override
  public String meant(String written) {
    return CommandText.unquote(written);
  }

  @Override
  public int report(ClusterException failure) {
    return ClusterFailures.tell(failure, report).code();
  }
}
