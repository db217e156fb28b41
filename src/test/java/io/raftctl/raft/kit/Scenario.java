package io.raftctl.raft.kit;

import static java.util.stream.Collectors.joining;

import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.RaftConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Runs the words of a scenario file on a [CoreCluster]. README.md beside the files explains them.
public final class Scenario {
  private CoreCluster cluster = new CoreCluster(1);
  private Narrator narrator = new Narrator(cluster);
  private final List<String> logs = new ArrayList<>();
  private RaftConfig.Features features = RaftConfig.Features.PAPER;
  private RaftConfig.Limits limits = RaftConfig.Limits.DEFAULT;

  /// Runs one line.
  ///
  /// @return what happened
  public String run(String line) {
    List<String> words = List.of(line.strip().split(" +", -1));
    String rest = line.strip().substring(words.getFirst().length()).strip();
    switch (words.getFirst()) {
      case "features" -> features = features(words.get(1));
      case "window" -> limits = window(number(words, 1), number(words, 2));
      case "nodes" -> begin(nodes(number(words, 1), number(words, words.size() - 1)));
      case "log" -> log(number(words, 1), rest.substring(rest.indexOf(':') + 1).strip());
      case "timeout" -> cluster.timeout(number(words, 1));
      case "tick" -> cluster.tick(number(words, 1), number(words, 2));
      case "heartbeat" -> cluster.heartbeat(number(words, 1));
      case "propose" -> cluster.propose(number(words, 1), words.get(2));
      case "read" -> narrator.tell("     this is read " + cluster.read(number(words, 1)));
      case "deliver" -> deliver(rest);
      case "drop" -> cluster.drop(messages(words));
      case "duplicate" -> cluster.duplicate(messages(words));
      case "reverse" -> cluster.reverse(messages(words));
      case "cut" -> cluster.cut(rest);
      case "cut-link" -> cutLink(words);
      case "heal" -> cluster.heal();
      case "crash" -> cluster.crash(number(words, 1));
      case "restart" -> cluster.restart(number(words, 1));
      case "join" -> cluster.join(number(words, 1), voters(words, ""), words.get(2));
      case "transfer" -> transfer(number(words, 1), number(words, 2));
      case "remove" -> cluster.wish(number(words, 1), voters(words, words.get(2)), "");
      case "change" ->
          cluster.wish(number(words, 1), words.get(2), words.size() > 3 ? words.get(3) : "");
      case "rot" -> cluster.node(number(words, 1)).disk.rot(number(words, 2));
      case "snapshot" -> cluster.snapshot(number(words, 1));
      case "slow-disk" -> cluster.slowDisk(number(words, 1));
      case "fast-disk" -> cluster.fastDisk(number(words, 1));
      case "sync" -> cluster.sync(number(words, 1));
      case "show" -> cluster.nodes().forEach(node -> narrator.tell(Narrator.row(node)));
      case "wire" -> cluster.wire().forEach(message -> narrator.tell(Narrator.line(message)));
      default -> throw new IllegalArgumentException("no such word: " + words.getFirst());
    }
    return narrator.take();
  }

  private static RaftConfig.Features features(String name) {
    return switch (name) {
      case "paper" -> RaftConfig.Features.PAPER;
      case "all" -> RaftConfig.Features.DEFAULT;
      default -> throw new IllegalArgumentException("features are paper or all, not " + name);
    };
  }

  private static RaftConfig.Limits window(long messageBytes, long inflightBytes) {
    RaftConfig.Limits usual = RaftConfig.Limits.DEFAULT;
    return new RaftConfig.Limits(
        messageBytes, inflightBytes, usual.uncommittedBytesMax(), usual.cacheBytesMax());
  }

  private CoreCluster nodes(int voters, int nodes) {
    return new CoreCluster(features, limits, voters, nodes);
  }

  /// `1 3` for both directions, `1 > 3` for what 1 sends only.
  private void cutLink(List<String> words) {
    boolean oneWay = words.get(2).equals(">");
    int from = number(words, 1);
    int to = number(words, oneWay ? 3 : 2);
    cluster.cutLink(from, to);
    if (!oneWay) {
      cluster.cutLink(to, from);
    }
  }

  private void transfer(int leader, int target) {
    narrator.tell("     this is request " + cluster.transfer(leader, target));
  }

  /// Who votes as the leader knows it, but for one.
  private String voters(List<String> words, String removed) {
    return cluster.raft(number(words, 1)).members().voters().stream()
        .map(NodeId::value)
        .filter(id -> !id.equals(removed))
        .collect(joining(","));
  }

  private void begin(CoreCluster cluster) {
    this.cluster = cluster;
    narrator = new Narrator(cluster);
  }

  private void log(int node, String boxes) {
    if (node != logs.size() + 1) {
      throw new IllegalArgumentException("give the logs of the nodes in their order");
    }
    logs.add(boxes);
    begin(new CoreCluster(features, limits, logs.toArray(String[]::new)));
  }

  private void deliver(String which) {
    if (which.equals("all")) {
      cluster.deliverAll();
    } else {
      cluster.deliver(messages(List.of(("deliver " + which).split(" +", -1))));
    }
  }

  /// The messages that `from`, `to` and the names of types pick out.
  private static Predicate<Message> messages(List<String> words) {
    Predicate<Message> picked = _ -> true;
    int word = 1;
    while (word < words.size()) {
      Predicate<Message> next =
          switch (words.get(word)) {
            case "from" -> CoreCluster.sentBy(number(words, ++word));
            case "to" -> CoreCluster.to(number(words, ++word));
            default -> type(words.get(word));
          };
      picked = picked.and(next);
      word++;
    }
    return picked;
  }

  private static Predicate<Message> type(String name) {
    List<Class<?>> types = Arrays.asList(Message.class.getPermittedSubclasses());
    if (types.stream().noneMatch(type -> type.getSimpleName().equals(name))) {
      String known = types.stream().map(Class::getSimpleName).collect(joining(", "));
      throw new IllegalArgumentException("no such message: " + name + "; there are " + known);
    }
    return message -> message.getClass().getSimpleName().equals(name);
  }

  private static int number(List<String> words, int at) {
    return Integer.parseInt(words.get(at).replace(":", ""));
  }
}
