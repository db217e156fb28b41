package io.raftctl.simulation.script;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.script.Act.DiskFault;
import io.raftctl.simulation.script.Act.Request;
import io.raftctl.simulation.time.Millis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads the lines that only what a seed draws needs; [Act#line] writes them. The others are verbs
/// of every scenario.
public final class ActWords {
  /// What such a line begins with, and how it goes on.
  private enum Verb {
    CLIENT("client C.N put KEY|incr|get KEY linearizable|lease|stale"),
    DISK("disk NODE full BYTES [writing|receiving]|room|crash N|fail N|hang [TIME]"),
    LOSE_DISK("lose-disk NODE"),
    HAND_OVER("hand-over NODE [NODE]"),
    CHANGE("change NODE [voters NODE…] [learners NODE…]"),
    JOIN("join NODE"),
    MOVE("move NODE");

    private final String usage;

    Verb(String usage) {
      this.usage = usage;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// What such lines begin with.
  public static final List<String> VERBS = List.of(Verb.values()).stream().map(Verb::word).toList();

  private final List<String> words;
  private final Verb verb;

  private ActWords(List<String> words) {
    this.words = words;
    this.verb = Verb.values()[VERBS.indexOf(words.getFirst())];
  }

  /// @param words of which the first one is one of [#VERBS]; nodes are ids
  /// @throws IllegalArgumentException where they make no sense; says how the line goes
  public static Act read(List<String> words) {
    return new ActWords(words).read();
  }

  private Act read() {
    return switch (verb) {
      case CLIENT -> client();
      case DISK -> disk();
      case LOSE_DISK -> new Act.LoseDisk(only());
      case HAND_OVER ->
          words.size() == 3 ? new Act.HandOver(node(1), node(2)) : new Act.HandOver(only(), null);
      case CHANGE -> change();
      case JOIN -> new Act.Join(only());
      case MOVE -> new Act.Move(only());
    };
  }

  private IllegalArgumentException misused() {
    return new IllegalArgumentException("usage: " + verb.usage);
  }

  private String word(int at) {
    if (at >= words.size()) {
      throw misused();
    }
    return words.get(at);
  }

  private void ends(int size) {
    if (words.size() != size) {
      throw misused();
    }
  }

  private NodeId node(int at) {
    if (!NodeId.isLegal(word(at))) {
      throw misused();
    }
    return new NodeId(word(at));
  }

  private NodeId only() {
    ends(2);
    return node(1);
  }

  private int number(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw misused();
    }
    return Integer.parseInt(text);
  }

  private Act client() {
    String[] parts = word(1).split("\\.", -1);
    if (parts.length != 2) {
      throw misused();
    }
    Request request =
        switch (word(2)) {
          case "put" -> {
            ends(4);
            yield new Request.Put(word(3));
          }
          case "incr" -> {
            ends(3);
            yield new Request.Incr();
          }
          case "get" -> {
            ends(5);
            yield new Request.Get(word(3), consistency(word(4)));
          }
          default -> throw misused();
        };
    return new Act.Ask(number(parts[0]), number(parts[1]), request);
  }

  private Consistency consistency(String text) {
    for (Consistency one : Consistency.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
        return one;
      }
    }
    throw misused();
  }

  private Act disk() {
    DiskFault fault =
        switch (word(2)) {
          case "full" -> full();
          case "room" -> {
            ends(3);
            yield new DiskFault.Room();
          }
          case "crash" -> new DiskFault.Crash(operations());
          case "fail" -> new DiskFault.Fail(operations());
          case "hang" -> words.size() == 3 ? new DiskFault.HangForGood() : hang();
          default -> throw misused();
        };
    return new Act.Disk(node(1), fault);
  }

  private DiskFault full() {
    long bytes = number(word(3));
    if (words.size() == 4) {
      return new DiskFault.Full(bytes);
    }
    ends(5);
    return switch (word(4)) {
      case "receiving" -> new DiskFault.FullInSnapshot(true, bytes);
      case "writing" -> new DiskFault.FullInSnapshot(false, bytes);
      default -> throw misused();
    };
  }

  private int operations() {
    ends(4);
    int operations = number(word(3));
    if (operations < 1) {
      throw misused();
    }
    return operations;
  }

  private DiskFault hang() {
    ends(4);
    try {
      return new DiskFault.Hang(Millis.micros(word(3)));
    } catch (IllegalArgumentException e) {
      throw misused();
    }
  }

  private Act change() {
    NodeId asked = node(1);
    List<NodeId> voters = new ArrayList<>();
    List<NodeId> learners = new ArrayList<>();
    List<NodeId> to = null;
    for (int at = 2; at < words.size(); at++) {
      switch (word(at)) {
        case "voters" -> to = voters;
        case "learners" -> to = learners;
        default -> {
          if (to == null) {
            throw misused();
          }
          to.add(node(at));
        }
      }
    }
    return new Act.Change(asked, voters, learners);
  }
}
