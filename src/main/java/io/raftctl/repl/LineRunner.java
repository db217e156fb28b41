package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.observed.NodeReport;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Runs one line, whoever wrote it: a verb of the cluster, or a command of the command line.
public final class LineRunner {
  /// What became of a line.
  ///
  /// @param exitCode as a shell command would have it
  /// @param ends true if the session ends here
  public record Result(int exitCode, boolean ends) {}

  static final Set<String> OWN = Set.of("at", "help", "exit", "quit");

  // An election is over by then, as after the removal of a leader.
  private static final Duration MEMBERS_PATIENCE = Duration.ofSeconds(2);

  private static final Result DONE = new Result(0, false);

  private final LocalCluster cluster;
  private final CommandLine commandLine;
  private final Selector selector;
  private final ClusterVerbs clusterVerbs;
  private final PrintStream out;

  public LineRunner(LocalCluster cluster, CommandLine commandLine, PrintStream out) {
    this.cluster = cluster;
    this.commandLine = commandLine;
    this.out = out;
    this.selector = new Selector(cluster);
    this.clusterVerbs = new ClusterVerbs(cluster, selector, out);
  }

  public Result run(String line) {
    try {
      List<String> words = Words.of(line);
      return words.isEmpty() ? DONE : run(words);
    } catch (ClusterException e) {
      return new Result(commandLine.report(e), false);
    } finally {
      out.flush();
    }
  }

  /// All verbs, for completion and for the nearest one.
  SortedSet<String> verbs() {
    SortedSet<String> verbs = new TreeSet<>(commandLine.names());
    verbs.addAll(ClusterVerbs.VERBS.keySet());
    verbs.addAll(OWN);
    return verbs;
  }

  /// The keys that begin so and can be typed by completing them, as the leader knows them.
  List<String> keys(NodeReport leader, String begun) {
    String prefix = begun.isEmpty() ? "" : commandLine.written(begun);
    return cluster.keys(leader, prefix).stream()
        .map(commandLine::meant)
        .filter(key -> key.chars().noneMatch(LineRunner::isAwkward))
        .toList();
  }

  /// Whether a letter would have to be written in another way than by quotes around its word.
  private static boolean isAwkward(int letter) {
    return "'\"\\".indexOf(letter) >= 0 || Character.isISOControl(letter);
  }

  private Result run(List<String> words) throws ClusterException {
    String verb = words.getFirst();
    List<String> arguments = words.subList(1, words.size());
    if (ClusterVerbs.VERBS.containsKey(verb)) {
      if (arguments.contains("--help") || arguments.contains("-h")) {
        return help(List.of(verb));
      }
      clusterVerbs.run(verb, arguments);
      return DONE;
    }
    return switch (verb) {
      case "nodes" -> staged(arguments);
      case "seed", "features", "message-bytes", "snapshot-bytes", "rot" ->
          throw ClusterException.usage(
              "'" + verb + "' is for simulated clusters", "see 'raftctl scenario'");
      case "exit", "quit" -> new Result(0, true);
      case "help" -> help(arguments);
      case "at" -> at(arguments);
      case Expectation.WORD ->
          throw ClusterException.usage(
              "nothing is compared here",
              "in a file for --script, expect is about the line before");
      default -> runCommand(verb, arguments);
    };
  }

  private Result runCommand(String command, List<String> arguments) throws ClusterException {
    requireCommand(command);
    if (command.equals("submit") && arguments.contains("-")) {
      throw ClusterException.usage(
          "'submit -' reads standard input, and that is where these lines come from",
          "run it from a shell");
    }
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(arguments);
    Result result = new Result(commandLine.run(words, cluster.endpoints()), false);
    if (command.equals("member") && result.exitCode() == 0) {
      cluster.members().follow(MEMBERS_PATIENCE); // Who was removed is no node of ours any more.
    }
    return result;
  }

  /// A script says how many nodes it is for.
  private Result staged(List<String> words) throws ClusterException {
    String here = String.valueOf(cluster.nodes().size());
    if (!words.equals(List.of(here))) {
      throw ClusterException.usage(
          "the script is for %s nodes, and here are %s".formatted(String.join(" ", words), here),
          "start the cluster with -n " + String.join(" ", words));
    }
    return DONE;
  }

  /// A command for one node, whoever leads.
  private Result at(List<String> words) throws ClusterException {
    if (words.size() < 2) {
      throw ClusterException.usage("usage: at NODE COMMAND…", "such as: at 3 get k");
    }
    List<NodeProcess> nodes = selector.nodes(List.of(words.getFirst()));
    if (nodes.size() != 1) {
      throw ClusterException.usage("at asks one node", "NODE is an id, leader or follower");
    }
    String command = words.get(1);
    requireCommand(command);
    List<String> endpoint = List.of(nodes.getFirst().address());
    return new Result(commandLine.run(words.subList(1, words.size()), endpoint), false);
  }

  private void requireCommand(String command) throws ClusterException {
    if (!commandLine.names().contains(command)) {
      throw ClusterException.usage(
          "no command '" + command + "'",
          Nearest.to(command, verbs())
              .map(near -> "did you mean '" + near + "'?")
              .orElse("help lists the commands"));
    }
  }

  private Result help(List<String> about) throws ClusterException {
    if (about.isEmpty()) {
      new Help(commandLine, out).overview();
      return DONE;
    }
    String verb = about.getFirst();
    ClusterVerbs.Verb known = ClusterVerbs.VERBS.get(verb);
    if (known != null) {
      out.println(known.usage() + "\n  " + known.description() + ".");
      out.println("  NODE is an id, leader, follower or all.");
      return DONE;
    }
    return runCommand(verb, List.of("--help"));
  }
}
