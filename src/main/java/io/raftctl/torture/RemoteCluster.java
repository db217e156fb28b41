package io.raftctl.torture;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Faults;
import io.raftctl.client.Members;
import io.raftctl.client.NodeView;
import io.raftctl.client.Session;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.Machine;
import io.raftctl.cluster.observed.NodeProbe;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.cluster.observed.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A cluster whose nodes run elsewhere, seen from here, and what it must be like before anything of
/// it is broken. To ask for that changes nothing.
final class RemoteCluster {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final NodeProbe PROBE = new NodeProbe(TIMEOUT);
  private static final long POLL_MILLIS = 50;

  private final Members members;
  private final SortedMap<String, String> addresses;
  private final Watch watch = new Watch();

  private RemoteCluster(Members members, SortedMap<String, String> addresses) {
    this.members = members;
    this.addresses = addresses;
  }

  /// Finds all members. Where a node is reached from here is best known by whoever named it; what
  /// the cluster knows comes next.
  static RemoteCluster find(Endpoints given) throws ClusterException {
    Members members = given(client(given).members());
    SortedMap<String, String> addresses = new TreeMap<>();
    for (Members.Member member : members.members()) {
      if (!member.votes() && !member.role().equals("learner")) {
        throw ClusterException.unavailable(
            "node %s is %s: the members are just changing".formatted(member.id(), member.role()),
            "try again when 'raftctl member ls' shows voters and learners only");
      }
      if (member.address() != null) {
        addresses.put(member.id(), member.address());
      }
    }
    for (Endpoint endpoint : given.all()) {
      String address = endpoint.toString();
      String cluster = PROBE.members(address).map(Members::cluster).orElse(members.cluster());
      if (!cluster.equals(members.cluster())) {
        throw ClusterException.usage(
            "-e names nodes of two clusters, %s and %s".formatted(members.cluster(), cluster),
            "one at a time is broken");
      }
      Optional<String> id = PROBE.status(address).map(NodeReport::id);
      id.filter(it -> members.member(it).isPresent()).ifPresent(it -> addresses.put(it, address));
    }
    return new RemoteCluster(members, addresses);
  }

  SortedMap<String, String> addresses() {
    return addresses;
  }

  List<String> voters() {
    return members.members().stream()
        .filter(Members.Member::votes)
        .map(Members.Member::id)
        .toList();
  }

  Observation observe() {
    return watch.look(addresses, addresses.keySet());
  }

  /// Refuses what is not whole, not well, or has something cut already: then nobody could tell
  /// whose fault it is, nor what is to be taken back.
  void requireWell() throws ClusterException, InterruptedException {
    for (Members.Member member : members.members()) {
      requireWell(member.id());
    }
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (observe().leader().isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw ClusterException.unavailable(
            "no node leads a majority of the cluster", "see 'raftctl status'; nothing was broken");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void requireWell(String id) throws ClusterException {
    String address = addresses.get(id);
    Optional<NodeReport> answer =
        address == null ? Optional.empty() : PROBE.status(address).filter(it -> it.id().equals(id));
    if (address == null || answer.isEmpty()) {
      throw ClusterException.unavailable(
          "node %s does not answer%s".formatted(id, address == null ? "" : " at " + address),
          "nothing was broken; start it, or name with -e where it is reached from here");
    }
    NodeReport report = answer.get();
    if (report.blocked() || !report.blockedLinks().isEmpty()) {
      throw ClusterException.unavailable(
          report.blocked()
              ? "node %s is blocked already".formatted(id)
              : "links are cut already at node %s: %s".formatted(id, report.blockedLinks()),
          "what others have cut stays as it is; to heal it: raftctl unblock --all");
    }
    NodeView view = given(client(address).reach(Endpoint.parse(address))).view();
    if (view.program() != null) {
      throw ClusterException.usage(
          "a program is the state machine of node " + id,
          "clients of torture use the built-in store");
    }
    if (view.damage() != null || view.diskFull() || view.awaitedTerms() != null) {
      throw ClusterException.unavailable(
          "node %s is not well".formatted(id), "see 'raftctl status'; nothing was broken");
    }
    if (PROBE.droppedByFault(address).isEmpty()) {
      throw ClusterException.unavailable(
          "node %s does not tell what its cut links drop".formatted(id),
          "it runs an older raftctl than this one");
    }
  }

  /// Refuses a cluster whose nodes do not cut links on demand. They are asked to heal one that is
  /// not cut.
  void requireFaults() throws ClusterException {
    List<String> voters = voters();
    for (int i = 0; i < voters.size() && voters.size() > 1; i++) {
      String id = voters.get(i);
      String other = voters.get((i + 1) % voters.size());
      Faults _ = given(client(address(id)).unblockLink(id, other));
    }
  }

  /// The machines of all voters, by the nodes' ids.
  ///
  /// @param operators the nodes' ports for operators
  SortedMap<String, Machine> machines(Endpoints operators) throws ClusterException {
    SortedMap<String, Machine> machines = new TreeMap<>();
    for (Endpoint endpoint : operators.all()) {
      String http = endpoint.toString();
      Machine machine = new Machine(idAt(http), http);
      String spoilt = machine.spoilt();
      if (!spoilt.isEmpty()) {
        throw ClusterException.unavailable(
            "the machine of node %s is spoilt already: %s".formatted(machine.id(), spoilt),
            "to heal it: curl '%1$s/disk?heal=true' '%1$s/clock?heal=true'".formatted(http));
      }
      machines.put(machine.id(), machine);
    }
    for (String voter : voters()) {
      if (!machines.containsKey(voter)) {
        throw ClusterException.usage(
            "--operators names no port of node " + voter,
            "name those of all voters, as their --http says them");
      }
    }
    return machines;
  }

  private String idAt(String http) throws ClusterException {
    try {
      var status = PROBE.machine(http, "/status");
      String id = status.getString("id", "");
      if (!status.getString("cluster", "").equals(members.cluster())
          || members.member(id).isEmpty()) {
        throw ClusterException.usage(
            "--operators names %s, which is no node of the cluster %s"
                .formatted(http, members.cluster()),
            "name those of all voters, as their --http says them");
      }
      return id;
    } catch (IOException e) {
      throw ClusterException.unavailable(
          "no port for operators answers at %s: %s".formatted(http, e.getMessage()),
          "a node listens on its own machine only, unless its --http says otherwise");
    }
  }

  private String address(String id) {
    return Objects.requireNonNull(addresses.get(id), id);
  }

  private static ClusterClient client(String address) {
    return client(Endpoints.parse(address, "-e"));
  }

  private static ClusterClient client(Endpoints endpoints) {
    return new ClusterClient(endpoints, TIMEOUT, new Session());
  }

  private static <T> T given(Answer<T> answer) throws ClusterException {
    return switch (answer) {
      case Answer.Given<T>(T value) -> value;
      case Answer.Missing<T>(var problem) -> throw ClusterException.of(problem);
    };
  }
}
