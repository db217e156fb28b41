package io.raftctl.server.packets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftctl.raft.NodeId;
import io.raftctl.server.packets.PacketFilter.Peer;
import io.raftctl.testing.Await;
import io.raftctl.transport.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketFilterTest {
  @Test
  void theNameIsOneThatBothToolsTake() {
    assertThat(PacketFilter.name("default", new NodeId("1"), 9090))
        .matches("raftctl_1_[0-9a-f]{8}");
    assertThat(PacketFilter.name("default", new NodeId("a-very.long_name-of-a-node"), 9090))
        .matches("[A-Za-z0-9_]{1,28}")
        .isNotEqualTo(PacketFilter.name("other", new NodeId("a-very.long_name-of-a-node"), 9090));
  }

  @Test
  void aPeerOnThisMachineIsRefused() {
    assertThatThrownBy(() -> filter("127.0.0.1").block())
        .isInstanceOf(PacketFilterException.class)
        .hasMessage("packets were not blocked: node 2 is on this machine, at 127.0.0.1");
  }

  private static PacketFilter filter(String host) {
    return new PacketFilter(
        "test", new NodeId("1"), () -> List.of(peer(2, host)), 9090, PacketFilterTest::untold);
  }

  private static Peer peer(int id, String host) {
    return new Peer(new NodeId(String.valueOf(id)), new Address(host, 8080), true);
  }

  private static void untold(String line) {
    throw new AssertionError("nobody need be told: " + line);
  }

  /// With the real tools, on machines of their own.
  @Nested
  class OnTheWire {
    private Namespaces machines;
    private Tool tool;
    private List<InetAddress> peers;
    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeEach
    void wire() throws Exception {
      String missing = Namespaces.missing();
      assumeTrue(missing.isEmpty(), missing);
      machines = new Namespaces(3);
      tool = new Tool(machines.command(1));
      peers = List.of(InetAddress.getByName(Namespaces.address(2)));
    }

    @AfterEach
    void unwire() throws Exception {
      if (machines != null) {
        machines.close();
      }
    }

    private Firewall firewall(String kind) {
      return kind.equals("nft")
          ? new NftFirewall(tool, Tool.path("nft"))
          : new IptablesFirewall(
              tool, Tool.path("iptables-restore").replaceFirst("/iptables-restore$", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void onlyThePeerIsCutOffAndOnlyForAsLong(String kind) throws Exception {
      Firewall firewall = firewall(kind);
      String before = rules();
      assertThat(machines.reaches(1, 2, 8080)).isTrue();

      firewall.block("raftctl_test", peers, 9090);
      assertThat(machines.reaches(1, 2, 8080)).isFalse();
      assertThat(machines.reaches(2, 1, 8080)).isFalse();
      assertThat(machines.reaches(3, 1, 8080)).as("others reach it").isTrue();
      assertThat(machines.reaches(2, 1, 9090)).as("operators reach it").isTrue();
      assertThat(machines.reaches(1, 2, 9090)).isFalse();

      firewall.release("raftctl_test");
      assertThat(machines.reaches(1, 2, 8080)).isTrue();
      assertThat(rules()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void blockingTwiceIsReleasedByOne(String kind) throws Exception {
      Firewall firewall = firewall(kind);
      firewall.block("raftctl_test", peers, 9090);
      firewall.block("raftctl_test", peers, 9090);
      firewall.release("raftctl_test");
      assertThat(machines.reaches(1, 2, 8080)).isTrue();
      firewall.release("raftctl_test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void aFailureLeavesNothingHalfDone(String kind) throws Exception {
      String before = rules();
      assertThatThrownBy(() -> firewall(kind).block("raftctl_test", peers, 123_456))
          .isInstanceOf(PacketFilterException.class)
          .hasMessageStartingWith("packets were not changed: " + kind);
      assertThat(rules()).isEqualTo(before);
      assertThat(machines.reaches(1, 2, 8080)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void otherPeersTakeThePlaceOfThoseBefore(String kind) throws Exception {
      Firewall firewall = firewall(kind);
      firewall.block("raftctl_test", peers, 9090);
      firewall.block("raftctl_test", List.of(third(), InetAddress.ofLiteral("fd00::3")), 9090);
      assertThat(machines.reaches(1, 2, 8080)).isTrue();
      assertThat(machines.reaches(3, 1, 8080)).isFalse();
      firewall.block("raftctl_test", List.of(), 9090);
      assertThat(machines.reaches(3, 1, 8080)).isTrue();
      firewall.release("raftctl_test");
      assertThat(rules()).isEqualTo("[]");
    }

    private InetAddress third() throws Exception {
      return InetAddress.getByName(Namespaces.address(3));
    }

    @Test
    void aBlockFollowsThosePeersThatComeAndMove() throws Exception {
      List<Peer> now = new CopyOnWriteArrayList<>(List.of(peer(2, Namespaces.address(2))));
      PacketFilter filter = filter(tool, () -> List.copyOf(now), InetAddress::getAllByName);
      filter.block();
      assertThat(machines.reaches(2, 1, 8080)).isFalse();
      assertThat(machines.reaches(3, 1, 8080)).isTrue();

      now.add(new Peer(new NodeId("3"), new Address(Namespaces.address(3), 8080), false));
      Await.until("the newcomer is cut off", () -> !machines.reaches(3, 1, 8080));
      now.set(0, peer(2, "10.213.77.200"));
      Await.until("the old place is free", () -> machines.reaches(2, 1, 8080));
      assertThat(machines.reaches(3, 1, 8080)).isFalse();
      assertThat(told).isEmpty();

      filter.unblock();
      assertThat(machines.reaches(3, 1, 8080)).isTrue();
      assertThat(rules()).isEqualTo("[]");
    }

    /// A stopped container has no name. Its block must not fail for that, and not be forgotten.
    @Test
    void aPeerWhoseNameIsNotKnownIsNamedAndCutOffOnceItIs() throws Exception {
      Map<String, InetAddress> book = new ConcurrentSkipListMap<>(Map.of("node2", peers.get(0)));
      Names.Lookup lookup =
          host -> {
            InetAddress found = book.get(host);
            if (found == null) {
              throw new UnknownHostException(host);
            }
            return new InetAddress[] {found};
          };
      List<Peer> all = List.of(peer(2, "node2"), peer(3, "node3"));
      PacketFilter filter = filter(tool, () -> all, lookup);
      filter.block();
      assertThat(machines.reaches(2, 1, 8080)).isFalse();
      assertThat(filter.open()).containsExactly(new NodeId("3"));
      assertThat(told)
          .containsExactly(
              "packets of node 3 are not dropped yet: the name node3 is not known; the link is cut"
                  + " inside the process");

      book.put("node3", third());
      book.remove("node2");
      Await.until("it is known", () -> filter.open().isEmpty());
      assertThat(machines.reaches(3, 1, 8080)).isFalse();
      assertThat(machines.reaches(2, 1, 8080)).as("known a moment ago").isFalse();
      assertThat(told.getLast())
          .isEqualTo(
              "packets of node 3 at %s are dropped now, too".formatted(Namespaces.address(3)));
      filter.clear();
      assertThat(machines.reaches(3, 1, 8080)).isTrue();
      assertThat(filter.open()).isEmpty();
    }

    private PacketFilter filter(Tool by, Supplier<? extends List<Peer>> whom, Names.Lookup lookup) {
      return new PacketFilter(by, "raftctl_test", whom, 9090, lookup, told::add);
    }

    @Test
    void withoutTheRightItIsDenied() {
      Tool powerless =
          new Tool(List.of("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"));
      List<Peer> all = List.of(peer(2, Namespaces.address(2)));
      assertThatThrownBy(filter(powerless, () -> all, InetAddress::getAllByName)::block)
          .isInstanceOfSatisfying(
              PacketFilterException.class,
              e -> {
                assertThat(e.denied()).isTrue();
                assertThat(e.hint()).contains("NET_ADMIN");
              });
    }

    /// Tables of the filter that have rules; the tools may leave empty ones behind.
    private String rules() throws Exception {
      String all = machines.run(1, "nft", "list", "ruleset").out();
      return all.lines().filter(line -> line.contains("raftctl")).toList().toString();
    }
  }
}
