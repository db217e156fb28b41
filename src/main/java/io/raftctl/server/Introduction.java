package io.raftctl.server;

import io.raftctl.node.NodeStatus;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.served.PeerAdmin;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.transport.Address;
import io.raftctl.transport.grpc.Complaints;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Sees that the cluster knows this node and where it is reached: asks to be added where it joins,
/// and to be moved where it was recorded at another address. Asks whoever answers until its own log
/// says so; the wish is one that may be repeated.
///
/// What the cluster did with the wish is seen in the log alone, so a node that is killed at any
/// moment of its joining goes on where it was.
final class Introduction implements AutoCloseable {
  private static final long PAUSE_MILLIS = 250;

  /// A node whose log does not say where it is asks, too, once it has heard of no leader for so
  /// many of these pauses: one that it does not know may lead, and look for it where it was.
  private static final int LEADERLESS_PAUSES = 8;

  private final ServedNode served;
  private final Address own;
  private final List<Address> seeds;
  private final LongSupplier incarnation;
  private final PeerAdmin peers;
  private final Consumer<String> expelled;
  private final Complaints complaints;
  private final CountDownLatch closed = new CountDownLatch(1);

  /// @param own where this node is reached
  /// @param seeds members of the cluster to join; empty where the node belongs to it already
  /// @param incarnation of the data directory
  /// @param expelled hears why, where the cluster has no place for this node
  Introduction(
      ServedNode served,
      Address own,
      List<Address> seeds,
      LongSupplier incarnation,
      PeerAdmin peers,
      Consumer<String> log,
      Consumer<String> expelled) {
    this.served = served;
    this.own = own;
    this.seeds = seeds;
    this.incarnation = incarnation;
    this.peers = peers;
    this.expelled = expelled;
    this.complaints = new Complaints(log);
  }

  void start() {
    Thread.ofPlatform().daemon().name("introduction").start(this::run);
  }

  private void run() {
    try {
      int leaderless = 0;
      while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        NodeStatus status = served.node().status();
        if (status.removed().contains(served.id())) {
          expelled.accept(Change.refusalOfRemoved(served.id()));
          return;
        }
        leaderless = status.leader() == null ? leaderless + 1 : 0;
        if (!known(status, leaderless)) {
          ask(status);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody interrupts this thread.
    }
  }

  /// Whether the log says that the cluster knows this node, and knows where it is. With an entry
  /// lost, or the snapshot that it follows, the log may say what was true long ago.
  private boolean known(NodeStatus status, int leaderless) {
    if (status.damage().any()) {
      return false;
    }
    Configuration members = status.members();
    String recorded = members.addresses().get(served.id());
    if (!members.contains(served.id())) {
      return seeds.isEmpty();
    }
    return recorded == null ? leaderless < LEADERLESS_PAUSES : recorded.equals(own.toString());
  }

  private void ask(NodeStatus status) {
    Configuration members = status.members();
    Set<Address> askable = new LinkedHashSet<>(seeds);
    for (NodeId member : members.members()) {
      Address address = served.addressOf(member);
      if (address != null && !member.equals(served.id())) {
        askable.add(address);
      }
    }
    if (members.contains(served.id())) {
      askable.add(own); // It may lead, and be alone.
    }
    for (Address address : askable) {
      try {
        peers.introduce(address, own, incarnation.getAsLong());
        return;
      } catch (Problem problem) {
        switch (problem.code()) {
          case DENIED, INVALID, NOT_FOUND -> {
            // Somebody else may listen where a member was: a member believes its own log.
            if (mayBeMember(status) || mayBeMember(served.node().status())) {
              complain(status, address, problem);
            } else {
              expelled.accept(problem.message());
              return;
            }
          }
          case CANCELLED, EXPIRED, TOO_LARGE, NOT_LEADER, UNAVAILABLE, INDETERMINATE, FAILED ->
              complain(status, address, problem);
        }
      }
    }
  }

  /// What the disk has lost may be what said that it is one.
  private boolean mayBeMember(NodeStatus status) {
    return status.members().contains(served.id()) || status.damage().any();
  }

  /// A node that only suspects that it is looked for elsewhere says nothing.
  private void complain(NodeStatus status, Address asked, Problem problem) {
    Configuration members = status.members();
    boolean sure =
        status.damage().any()
            || !members.contains(served.id())
            || members.addresses().containsKey(served.id());
    if (sure) {
      complaints.complain("not introduced by " + asked + ": " + problem.message());
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
