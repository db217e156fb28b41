package io.raftctl.repl;

import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/// What Tab offers: verbs, then nodes or keys, whichever the verb takes.
final class Completion implements Completer {
  private static final Set<String> VERBS_ON_KEYS =
      Set.of("get", "put", "del", "cas", "incr", "keys", "lock", "watch");
  private static final Set<String> VERBS_ON_NODES =
      Set.of(
          "kill",
          "stop",
          "start",
          "restart",
          "pause",
          "resume",
          "partition",
          "block",
          "unblock",
          "remove-node",
          "at",
          "cut",
          "clock");
  private static final Map<String, List<String>> FIXED =
      Map.of(
          "wait",
          List.of("leader", "converged"),
          "leader",
          List.of("transfer"),
          "member",
          List.of("ls", "add", "promote", "remove", "replace"),
          "help",
          List.of());
  private static final List<String> NODE_OPTIONS = List.of("--node", "--from", "--to");

  private final LineRunner runner;
  private final LocalCluster cluster;
  private final Monitor monitor;

  Completion(LineRunner runner, LocalCluster cluster, Monitor monitor) {
    this.runner = runner;
    this.cluster = cluster;
    this.monitor = monitor;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    boolean quoted = isQuoted(line);
    words(line.words().subList(0, line.wordIndex()), line.word())
        .map(word -> quoted || !needsQuotes(word) ? word : '"' + word + '"')
        .map(Candidate::new)
        .forEach(candidates::add);
  }

  /// Whether the word under the cursor began with a quote, which the reader closes by itself.
  private static boolean isQuoted(ParsedLine line) {
    int raw =
        line instanceof CompletingParsedLine completing
            ? completing.rawWordCursor()
            : line.wordCursor();
    int start = line.cursor() - raw;
    return raw > 0 && "'\"".indexOf(line.line().charAt(start)) >= 0;
  }

  private static boolean needsQuotes(String word) {
    return word.isEmpty() || word.startsWith("#") || word.chars().anyMatch(Character::isWhitespace);
  }

  /// @param before the words that are complete
  private Stream<String> words(List<String> before, String begun) {
    if (before.isEmpty()) {
      return runner.verbs().stream();
    }
    String verb = before.getFirst();
    boolean ofTransfer = before.size() == 2 && verb.equals("leader");
    boolean ofMember = before.size() >= 2 && verb.equals("member");
    if (ofTransfer
        || ofMember
        || VERBS_ON_NODES.contains(verb)
        || NODE_OPTIONS.contains(before.getLast())) {
      return nodes();
    }
    if (verb.equals("help")) {
      return runner.verbs().stream();
    }
    if (verb.equals("submit")) {
      return before.size() == 1
          ? Stream.of("put", "get", "del", "cas", "incr", "keys")
          : keys(before.subList(1, before.size()), begun);
    }
    return before.size() == 1 && FIXED.containsKey(verb)
        ? FIXED.getOrDefault(verb, List.of()).stream()
        : keys(before, begun);
  }

  private Stream<String> nodes() {
    return Stream.concat(cluster.nodes().stream().map(NodeProcess::id), Selector.NAMES.stream());
  }

  private Stream<String> keys(List<String> before, String begun) {
    if (before.size() != 1 || !VERBS_ON_KEYS.contains(before.getFirst())) {
      return Stream.empty();
    }
    return monitor.latest().leader().stream()
        .flatMap(leader -> runner.keys(leader, begun).stream());
  }
}
