package io.raftctl.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.cluster.ClusterException;
import io.raftctl.node.Outcome;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.repl.Times;
import io.raftctl.simulation.SimulatedStage;
import io.raftctl.simulation.SimulatedStage.Line;
import io.raftctl.simulation.SimulatedStage.NodeState;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.store.CommandText;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What clients and operators ask of a simulated cluster, in the words of the command line and with
/// what it prints.
final class ClientVerbs {
  static final List<String> WORDS =
      List.of("put", "del", "cas", "incr", "get", "keys", "status", "log", "leader", "member");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int NEGATIVE = 1;

  /// The options of a line, and what is left without them.
  private record Options(List<String> words, Duration timeout, Consistency consistency) {
    static Options of(List<String> given) throws ClusterException {
      List<String> words = new ArrayList<>();
      Duration timeout = TIMEOUT;
      Consistency consistency = Consistency.LINEARIZABLE;
      for (int i = 0; i < given.size(); i++) {
        String word = given.get(i);
        if (!word.startsWith("--")) {
          words.add(word);
          continue;
        }
        String value = i + 1 < given.size() ? given.get(++i) : "";
        switch (word) {
          case "--timeout" -> timeout = Times.of(value);
          case "--consistency" -> consistency = consistency(value);
          default ->
              throw ClusterException.usage(
                  "no option " + word + " here", "there are --timeout and --consistency");
        }
      }
      return new Options(words, timeout, consistency);
    }

    private static Consistency consistency(String text) throws ClusterException {
      try {
        return Consistency.valueOf(text.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw ClusterException.usage(
            "'" + text + "' is no consistency", "linearizable, lease or stale");
      }
    }

    long micros() {
      return NodeVerbs.micros(timeout);
    }
  }

  private final SimulatedStage stage;
  private final Cast cast;
  private final PrintStream out;

  ClientVerbs(SimulatedStage stage, PrintStream out) {
    this.stage = stage;
    this.cast = new Cast(stage);
    this.out = out;
  }

  /// Runs a command and returns its exit code.
  ///
  /// @param verb one of [#WORDS]
  /// @param at who is asked; null: whoever leads
  int run(String verb, List<String> given, @Nullable NodeId at) throws ClusterException {
    Options options = Options.of(given);
    List<String> words = options.words();
    return switch (verb) {
      case "get", "keys" -> read(verb, options, at);
      case "put" -> write(verb, options, at, 2, 2);
      case "cas" -> write(verb, options, at, 3, 3);
      case "del" -> write(verb, options, at, 1, 1);
      case "incr" -> write(verb, options, at, 1, 2);
      case "status" -> status();
      case "log" -> log(words);
      case "leader" -> transfer(words, options);
      case "member" -> member(words, options, at);
      default -> throw new IllegalArgumentException("not one of WORDS: " + verb);
    };
  }

  private int write(String verb, Options options, @Nullable NodeId at, int least, int most)
      throws ClusterException {
    Outcome outcome =
        stage.submit(command(verb, options.words(), least, most), at, options.micros());
    if (outcome instanceof Outcome.Done done) {
      return tell(done.reply());
    }
    NodeVerbs.settle(outcome);
    throw ClusterException.indeterminate(
        "the outcome is unknown: the session has expired", "'sessions' says how many are kept");
  }

  private int read(String verb, Options options, @Nullable NodeId at) throws ClusterException {
    boolean get = verb.equals("get");
    String command = command(verb, options.words(), get ? 1 : 0, 1);
    Outcome outcome =
        stage.read(command.getBytes(UTF_8), options.consistency(), at, options.micros());
    if (outcome instanceof Outcome.Done done) {
      if (get && !done.reply().ok()) {
        throw ClusterException.negative("there is no key '" + options.words().getFirst() + "'", "");
      }
      return tell(done.reply());
    }
    NodeVerbs.settle(outcome);
    throw ClusterException.indeterminate(
        "the outcome is unknown: the session has expired", "'sessions' says how many are kept");
  }

  private static String command(String verb, List<String> words, int least, int most)
      throws ClusterException {
    if (words.size() < least || words.size() > most) {
      throw ClusterException.usage("'" + verb + "' takes " + least + " words", "as in a shell");
    }
    List<String> all = new ArrayList<>(List.of(verb));
    all.addAll(words);
    return CommandText.join(all);
  }

  private int tell(Reply reply) {
    if (!reply.text().isEmpty()) {
      out.println(reply.text());
    }
    return reply.ok() ? 0 : NEGATIVE;
  }

  private int status() {
    NodeId leader = stage.leader().orElse(null);
    List<NodeState> states = cast.cluster().stream().map(stage::state).toList();
    long term = states.stream().mapToLong(NodeState::term).max().orElse(0);
    out.println(
        "cluster simulated, %s, term %d"
            .formatted(leader == null ? "no leader" : "leader " + leader, term));
    out.println(row("ID", "ROLE", "TERM", "COMMIT", "APPLIED", "LAST", "FIRST", "SNAPSHOT"));
    for (NodeState node : states) {
      boolean down = node.role().equals("down");
      out.println(
          down
              ? row(node.id(), node.role(), "-", "-", "-", "-", "-", "-")
              : row(
                  node.id(),
                  node.role(),
                  node.term(),
                  node.commitIndex(),
                  node.appliedIndex(),
                  node.lastIndex(),
                  node.firstIndex(),
                  node.snapshotIndex()));
    }
    for (NodeState node : states) {
      if (!node.damage().isEmpty()) {
        out.println("disk of " + node.id() + ": " + node.damage());
      }
    }
    return leader == null ? NEGATIVE : 0;
  }

  private static String row(Object... cells) {
    return "%-4s%-15s%-6s%-8s%-9s%-6s%-7s%s".formatted(cells).stripTrailing();
  }

  private int log(List<String> words) throws ClusterException {
    if (words.size() != 2 || !words.getFirst().equals("dump")) {
      throw ClusterException.usage("usage: log dump NODE", "");
    }
    for (Line line : stage.log(cast.node(words.get(1)))) {
      String what =
          line.damaged()
              ? "damaged"
              : switch (line.kind()) {
                case NO_OP -> "no-op";
                case CONFIGURATION -> "configuration";
                case COMMAND -> "command\t" + line.command();
              };
      out.println(line.id().index() + "\t" + line.id().term() + "\t" + what);
    }
    return 0;
  }

  private int transfer(List<String> words, Options options) throws ClusterException {
    if (words.size() != 2 || !words.getFirst().equals("transfer")) {
      throw ClusterException.usage("usage: leader transfer NODE", "");
    }
    NodeId target = cast.node(words.get(1));
    cast.leader();
    stage.transfer(target);
    if (!stage.passUntil(
        () -> stage.leader().filter(target::equals).isPresent(), options.micros())) {
      throw ClusterException.unavailable("node " + target + " did not take over in time", "");
    }
    out.println(target + " leads term " + stage.state(target).term());
    return 0;
  }

  private int member(List<String> words, Options options, @Nullable NodeId at)
      throws ClusterException {
    if (words.equals(List.of("ls"))) {
      members(at == null ? cast.leader() : at);
      return 0;
    }
    if (words.size() < 2 || !words.getFirst().equals("remove")) {
      throw ClusterException.usage("usage: member ls, or member remove NODE…", "");
    }
    NodeVerbs.settle(
        stage.remove(cast.nodes(words.subList(1, words.size())), at, options.micros()));
    members(cast.leader());
    return 0;
  }

  private void members(NodeId asked) {
    Configuration members = stage.members(asked);
    for (NodeId id : members.members()) {
      String role =
          members.voters().contains(id)
              ? "voter"
              : members.learners().contains(id) ? "learner" : "leaving";
      out.println("%-4s%s".formatted(id, role));
    }
  }
}
