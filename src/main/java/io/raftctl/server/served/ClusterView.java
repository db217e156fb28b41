package io.raftctl.server.served;

import io.raftctl.proto.v1.StatusReply;
import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The whole cluster, as its nodes describe themselves at one moment.
///
/// @param leader the node that leads a majority, or null: of those that say that they lead and can
///   reach a majority of answering nodes over links that are not cut, the one of the highest term.
///   A deposed leader behind a cut still believes to lead, so its own word is not enough
/// @param term the leader's, or the highest that any node reports where there is no leader
/// @param rows one for each node, in the order of their ids
public record ClusterView(String cluster, @Nullable NodeId leader, long term, List<Row> rows) {
  /// @param status null where the node did not answer
  /// @param lag entries that some node knows to be committed and this one has not applied
  public record Row(NodeId id, Address address, @Nullable StatusReply status, long lag) {}

  /// Asks all nodes at once; waits for the slowest of them, up to half a second.
  public static ClusterView ask(ServedNode served, PeerAdmin peers) {
    Map<NodeId, StatusReply> replies = new TreeMap<>();
    replies.put(served.id(), served.status());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<NodeId, Future<@Nullable StatusReply>> questions = new TreeMap<>();
      for (NodeId node : served.members().keySet()) {
        if (!node.equals(served.id())) {
          questions.put(node, threads.submit(() -> peers.status(node)));
        }
      }
      questions.forEach(
          (node, question) -> {
            StatusReply reply = answer(question);
            if (reply != null) {
              replies.put(node, reply);
            }
          });
    }
    SortedSet<NodeId> voters = served.node().status().members().voters();
    return of(served.cluster(), served.members(), voters, replies);
  }

  private static @Nullable StatusReply answer(Future<@Nullable StatusReply> question) {
    try {
      return question.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      return null;
    }
  }

  /// @param voters those of the members whose word makes a leader
  /// @param replies of the nodes that answered
  public static ClusterView of(
      String cluster,
      Map<NodeId, Address> members,
      Set<NodeId> voters,
      Map<NodeId, StatusReply> replies) {
    long committed = 0;
    long term = 0;
    StatusReply leader = null;
    for (StatusReply reply : replies.values()) {
      committed = Math.max(committed, reply.getCommitIndex());
      term = Math.max(term, reply.getTerm());
      if (leads(reply, voters, replies) && (leader == null || reply.getTerm() > leader.getTerm())) {
        leader = reply;
      }
    }
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<NodeId, Address> member : members.entrySet()) {
      StatusReply reply = replies.get(member.getKey());
      long lag = reply == null ? 0 : Math.max(0, committed - reply.getAppliedIndex());
      rows.add(new Row(member.getKey(), member.getValue(), reply, lag));
    }
    return new ClusterView(
        cluster,
        leader == null ? null : new NodeId(leader.getId()),
        leader == null ? term : leader.getTerm(),
        List.copyOf(rows));
  }

  private static boolean leads(
      StatusReply candidate, Set<NodeId> voters, Map<NodeId, StatusReply> replies) {
    if (!candidate.getRole().equals("leader")) {
      return false;
    }
    long linked =
        replies.values().stream()
            .filter(other -> voters.contains(new NodeId(other.getId())))
            .filter(other -> other.getId().equals(candidate.getId()) || connected(candidate, other))
            .count();
    return linked > voters.size() / 2;
  }

  private static boolean connected(StatusReply one, StatusReply other) {
    String there = one.getId() + ">" + other.getId();
    String back = other.getId() + ">" + one.getId();
    return !one.getBlocked()
        && !other.getBlocked()
        && List.of(one, other).stream()
            .flatMap(node -> node.getBlockedLinksList().stream())
            .noneMatch(link -> link.equals(there) || link.equals(back));
  }
}
