package io.raftctl.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WhereaboutsTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final NodeId THREE = new NodeId("3");
  private static final Address OLD = new Address("host-1", 1);
  private static final Address NEW = new Address("host-1", 2);
  private static final Address ALIAS = new Address("alias-of-2", 1);

  @Test
  void theLogHasTheFirstWordTheSettingsTheNextAndWhoIsNoMemberIsNowhere() {
    Configuration members =
        new Configuration(
            new TreeSet<>(List.of(ONE, TWO, THREE)),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeMap<>(Map.of(ONE, NEW.toString())),
            new TreeMap<>());
    Map<NodeId, Address> settings = Map.of(ONE, OLD, TWO, ALIAS, new NodeId("9"), OLD);
    assertThat(Whereabouts.of(members, settings)).isEqualTo(Map.of(ONE, NEW, TWO, ALIAS));
    assertThat(Whereabouts.of(Configuration.of(List.of(THREE)), settings)).isEmpty();
  }
}
