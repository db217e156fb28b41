package io.raftctl.cluster;

import io.raftctl.client.Answer;
import io.raftctl.client.Members;
import io.raftctl.client.Problem;
import io.raftctl.cluster.observed.Observation;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Changes who belongs to a local cluster, and keeps its book true about it.
///
/// The log of the cluster has the word on its members, the book says which processes there are to
/// be; a later start begins with them. So a node stands in the book before its process is started,
/// and as long as it may be a member. Ids are never used again, as the log remembers those that are
/// gone. One change at a time; any thread may ask for one.
public final class ClusterMembers {
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(2);

  private final LocalCluster cluster;
  private final ReentrantLock lock = new ReentrantLock(); // Held while something is changed.

  ClusterMembers(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /// Adds a node, and returns once it votes. What fails leaves the cluster as it was, unless nobody
  /// can say whether the node is a member by now: then it stays, and the error says so.
  ///
  /// @param wanted its id, or null for the next one
  public NodeProcess add(@Nullable String wanted) throws ClusterException {
    lock.lock();
    try {
      requireSensible(wanted);
      String founders = cluster.description().founders();
      NodeProcess newcomer = enlisted(wanted);
      try {
        cluster.start(newcomer);
        awaitVote(newcomer);
        return newcomer;
      } catch (ClusterException e) {
        throw withdrawn(newcomer, founders, e);
      }
    } finally {
      lock.unlock();
    }
  }

  private NodeProcess enlisted(@Nullable String wanted) throws ClusterException {
    Members members = requireMembers();
    String id = wanted == null ? nextId(members) : requireFree(wanted, members);
    return cluster.enlist(
        clusters -> {
          ClusterDescription now = cluster.description();
          Ports block = new Ports(now.basePort().orElseThrow(), Ports.BLOCK);
          int place =
              block.freePlace(
                  Integer.parseInt(id) - 1,
                  now.nodes(),
                  port ->
                      Ports.promised(port, clusters, now.directory()) || isOfMember(port, members));
          return NodeDescription.in(ClusterDirectory.of(now.directory()), id, block, place);
        });
  }

  private void requireSensible(@Nullable String id) throws ClusterException {
    if (id != null && !id.matches("[1-9][0-9]{0,8}")) {
      throw ClusterException.usage("'" + id + "' is no id of a node here: they are numbers", "");
    }
    if (id != null && cluster.node(id).isPresent()) {
      throw ClusterException.negative("node " + id + " is there already", "");
    }
    int count = cluster.nodes().size();
    if (count >= ClusterPlan.NODES_MAX) {
      throw ClusterException.usage(
          "a local cluster has 1 to " + ClusterPlan.NODES_MAX + " nodes, not " + (count + 1),
          "remove one first: remove-node NODE");
    }
  }

  private Members requireMembers() throws ClusterException {
    Observation view = cluster.await(it -> it.leader().isPresent(), LOOK_TIMEOUT);
    Members members = cluster.known();
    if (view.leader().isEmpty() || members == null) {
      throw ClusterException.unavailable(
          "there is no leader, and only a leader changes the members", "try: wait leader");
    }
    return members;
  }

  private String nextId(Members members) throws ClusterException {
    Stream<String> used =
        Stream.of(
                cluster.ids().stream(),
                members.members().stream().map(Members.Member::id),
                members.removed().stream())
            .flatMap(ids -> ids);
    int inUse =
        used.filter(id -> id.matches("[0-9]{1,9}")).mapToInt(Integer::parseInt).max().orElse(0);
    int left = ClusterDirectory.of(cluster.description().directory()).highestId();
    return String.valueOf(Math.max(inUse, left) + 1);
  }

  private String requireFree(String id, Members members) throws ClusterException {
    if (members.member(id).isPresent()) {
      throw ClusterException.negative(
          "node " + id + " is a member already, and runs elsewhere",
          "leave out the id: add-node takes the next one");
    }
    if (members.removed().contains(id)) {
      throw ClusterException.denied(
          "node " + id + " was removed, and an id is not used again",
          "leave out the id: add-node takes the next one");
    }
    ClusterDirectory directory = ClusterDirectory.of(cluster.description().directory());
    if (Files.exists(directory.data(id))) {
      throw ClusterException.local(
          directory.data(id) + " is there, and a node that joins begins with nothing",
          "leave out the id: add-node takes the next one");
    }
    return id;
  }

  private static boolean isOfMember(int port, Members members) {
    return members.members().stream()
        .anyMatch(member -> String.valueOf(member.address()).endsWith(":" + port));
  }

  /// It asks to join by itself, and the leader has it vote as soon as it has caught up. Whether
  /// that is committed knows the leader.
  private void awaitVote(NodeProcess newcomer) throws ClusterException {
    long deadline = System.nanoTime() + JOIN_TIMEOUT.toNanos();
    while (!votes(newcomer.id())) {
      newcomer.requireRunning();
      if (System.nanoTime() > deadline) {
        throw ClusterException.unavailable(
            "node %s has not got a vote within %ds"
                .formatted(newcomer.id(), JOIN_TIMEOUT.toSeconds()),
            "status tells who is missing; its log is " + newcomer.log());
      }
      LocalCluster.pause();
    }
    changed(new Members.Wish(List.of(), List.of(newcomer.id()), List.of()));
  }

  private boolean votes(String id) {
    Observation view = cluster.observe();
    Members members = cluster.known();
    return view.leader().isPresent()
        && members != null
        && members.member(id).filter(Members.Member::votes).isPresent();
  }

  /// Takes back an addition that failed.
  ///
  /// @param founders as they stood in the book before
  /// @return why it failed, and what came of it
  private ClusterException withdrawn(
      NodeProcess newcomer, String founders, ClusterException failure) throws ClusterException {
    boolean interrupted = Thread.interrupted(); // To take it back is worth a moment all the same.
    try {
      cluster.kill(newcomer);
      if (certainlyNoMember(newcomer.id())) {
        cluster.change(book -> book.without(newcomer.id()).begunBy(founders));
        ClusterDirectory.of(cluster.description().directory()).forget(newcomer.id());
        dropThoseRemoved(Duration.ZERO); // It may have been a member for a moment.
        return failure.kind() == ClusterException.Kind.INDETERMINATE
            ? ClusterException.unavailable(failure.reason(), "it was taken back; try it again")
            : failure;
      }
      return ClusterException.indeterminate(
          "node %s may be a member now, and does not run: %s"
              .formatted(newcomer.id(), failure.reason()),
          "'start %1$s' goes on with it, 'remove-node %1$s' takes it out".formatted(newcomer.id()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Removes the node where it is a member, so that it certainly is none. False where nobody can
  /// say.
  private boolean certainlyNoMember(String id) {
    return switch (cluster
        .client(CHANGE_TIMEOUT)
        .changeMembers(new Members.Wish(List.of(), List.of(), List.of(id)))) {
      case Answer.Given<Members> _ -> true;
      case Answer.Missing<Members>(Problem problem) -> problem.code() == Problem.Code.NOT_FOUND;
    };
  }

  /// Takes nodes out of the cluster for good, in one change, and ends their processes. What they
  /// stored stays where it is.
  public void remove(List<NodeProcess> leaving) throws ClusterException {
    lock.lock();
    try {
      leave(leaving);
    } finally {
      lock.unlock();
    }
  }

  private void leave(List<NodeProcess> leaving) throws ClusterException {
    List<String> ids = leaving.stream().map(NodeProcess::id).toList();
    Members members = requireMembers();
    List<String> known =
        ids.stream()
            .filter(id -> members.member(id).isPresent() || members.removed().contains(id))
            .toList();
    leaving.forEach(NodeProcess::mayEnd);
    try {
      if (!known.isEmpty()) {
        changed(new Members.Wish(List.of(), List.of(), known));
      }
    } catch (ClusterException e) {
      leaving.forEach(NodeProcess::mustStay);
      throw e;
    }
    dismiss(leaving);
  }

  /// Drops those from the book who were removed in another way, and ends them. Does nothing where
  /// nobody can say who was.
  ///
  /// @param patience how long to wait for a leader, who knows it, and for another change
  public void follow(Duration patience) throws ClusterException {
    try {
      if (lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          dropThoseRemoved(patience);
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dropThoseRemoved(Duration patience) throws ClusterException {
    Observation view = cluster.await(it -> it.leader().isPresent(), patience);
    Members members = cluster.known();
    if (members == null || view.leader().isEmpty()) {
      return;
    }
    Set<String> ids = new TreeSet<>();
    members.members().forEach(member -> ids.add(member.id()));
    boolean asBegun = members.removed().isEmpty() && ids.equals(Set.copyOf(cluster.ids()));
    if (!asBegun && !cluster.description().changed()) {
      cluster.change(ClusterDescription::changing);
    }
    List<NodeProcess> gone =
        cluster.nodes().stream().filter(node -> members.removed().contains(node.id())).toList();
    if (!gone.isEmpty() && isCommitted(gone)) {
      dismiss(gone);
    }
  }

  /// What is only in a log may be taken out again. To wish for what is so already changes nothing.
  private boolean isCommitted(List<NodeProcess> gone) {
    List<String> ids = gone.stream().map(NodeProcess::id).toList();
    return cluster.client(LOOK_TIMEOUT).changeMembers(new Members.Wish(List.of(), List.of(), ids))
        instanceof Answer.Given<Members>;
  }

  private void dismiss(List<NodeProcess> leaving) throws ClusterException {
    for (NodeProcess node : leaving) {
      node.stop();
    }
    cluster.change(
        book -> {
          ClusterDescription now = book.changing();
          for (NodeProcess node : leaving) {
            now = now.without(node.id());
          }
          return now;
        });
  }

  /// Puts another node, which joins, into the place and the ports of one that is no member any
  /// more. It serves, and need not vote yet.
  public NodeProcess replace(NodeProcess gone, String id) throws ClusterException {
    lock.lock();
    try {
      dismiss(List.of(gone));
      NodeDescription seen = gone.description();
      ClusterDirectory directory = ClusterDirectory.of(cluster.description().directory());
      NodeDescription place =
          new NodeDescription(
              id, seen.address(), seen.http(), null, directory.data(id), directory.log(id));
      NodeProcess newcomer = cluster.enlist(_ -> place);
      cluster.start(newcomer);
      return newcomer;
    } finally {
      lock.unlock();
    }
  }

  private void changed(Members.Wish wish) throws ClusterException {
    switch (cluster.client(CHANGE_TIMEOUT).changeMembers(wish)) {
      case Answer.Given<Members> _ -> {}
      case Answer.Missing<Members>(Problem problem) -> throw ClusterException.of(problem);
    }
  }
}
