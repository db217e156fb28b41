package io.raftctl.simulation.judge;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// The members by what is committed, one configuration after the other. Two that follow each other
/// must not be able to decide apart (§6; thesis §4.1).
public final class MemberHistory {
  private Configuration members = Configuration.EMPTY;
  private long changes;
  private long joins;
  private long dismissals;
  private long moves;

  MemberHistory() {}

  /// A configuration was committed.
  void follow(Configuration now) {
    checkOverlap(members, now);
    changes += sameRoles(now, members) ? 0 : 1;
    for (NodeId joiner : members.joining()) {
      joins += now.votes(joiner) ? 1 : 0;
      dismissals += now.removed().contains(joiner) ? 1 : 0;
    }
    for (Map.Entry<NodeId, String> member : members.addresses().entrySet()) {
      String address = now.addresses().get(member.getKey());
      moves += address == null || address.equals(member.getValue()) ? 0 : 1;
    }
    members = now;
  }

  /// By the last configuration entry that is committed; nobody before the first one.
  Configuration members() {
    return members;
  }

  /// How often it has changed who votes or learns.
  public long changes() {
    return changes;
  }

  /// How many nodes that joined came to vote by their leader's doing.
  public long joins() {
    return joins;
  }

  /// How many nodes that joined were removed, because they did not catch up.
  public long dismissals() {
    return dismissals;
  }

  /// How many addresses of members were replaced by others.
  public long moves() {
    return moves;
  }

  private static boolean sameRoles(Configuration one, Configuration other) {
    return one.voters().equals(other.voters())
        && one.outgoing().equals(other.outgoing())
        && one.learners().equals(other.learners());
  }

  /// There is no set of nodes that can decide by the one while the rest can by the other: tries
  /// them all.
  private static void checkOverlap(Configuration before, Configuration now) {
    if (before.voters().equals(now.voters()) && before.outgoing().equals(now.outgoing())) {
      return;
    }
    SortedSet<NodeId> all = new TreeSet<>(before.deciders());
    all.addAll(now.deciders());
    List<NodeId> nodes = List.copyOf(all);
    for (int set = 0; set < 1 << nodes.size(); set++) {
      int chosen = set;
      boolean apart =
          before.decided(node -> (chosen >> nodes.indexOf(node) & 1) == 1)
              && now.decided(node -> (chosen >> nodes.indexOf(node) & 1) == 0);
      Violation.unless(!apart, "quorums: %s and then %s can decide apart", before, now);
    }
  }
}
