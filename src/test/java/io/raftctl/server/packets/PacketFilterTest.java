package io.raftctl.server.packets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketFilterTest {
  private static final NodeId SELF = new NodeId("1");

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

  @Test
  void aPeerWithoutAnAddressIsNamed() {
    assertThatThrownBy(() -> filter("no-such-host.invalid").block())
        .isInstanceOf(PacketFilterException.class)
        .hasMessageContaining("the name of node 2, no-such-host.invalid, is not known");
  }

  private static PacketFilter filter(String host) {
    return new PacketFilter("test", SELF, members(host), 9090);
  }

  /// This node, and node 2.
  private static SortedMap<NodeId, Address> members(String host) {
    return new TreeMap<>(
        Map.of(SELF, new Address("127.0.0.1", 8080), new NodeId("2"), new Address(host, 8080)));
  }

  /// With the real tools, on machines of their own.
  @Nested
  class OnTheWire {
    private Namespaces machines;
    private Tool tool;
    private List<InetAddress> peers;

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

    @Test
    void aMemberThatCameLaterIsCutOffToo() throws Exception {
      SortedMap<NodeId, Address> members = members(Namespaces.address(2));
      PacketFilter filter = new PacketFilter(tool, "raftctl_test", SELF, members, 9090);
      members.put(new NodeId("3"), new Address(Namespaces.address(3), 8080));

      filter.block();
      assertThat(machines.reaches(1, 2, 8080)).isFalse();
      assertThat(machines.reaches(1, 3, 8080)).isFalse();
      assertThat(machines.reaches(3, 1, 8080)).isFalse();
      assertThat(machines.reaches(3, 1, 9090)).as("operators reach it").isTrue();

      filter.unblock();
      assertThat(machines.reaches(3, 1, 8080)).isTrue();
    }

    @Test
    void withoutTheRightItIsDenied() {
      Tool powerless =
          new Tool(List.of("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"));
      PacketFilter filter =
          new PacketFilter(powerless, "raftctl_test", SELF, members(Namespaces.address(2)), 9090);
      assertThatThrownBy(filter::block)
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
