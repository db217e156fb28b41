package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the book of a cluster says of members that change.
class ClusterDescriptionTest {
  private static final Path PLACE = Path.of("/clusters/demo");
  private static final String BEGINNING = "1=127.0.0.1:7001,2=127.0.0.1:7002,3=127.0.0.1:7003";

  private static ClusterDescription cluster(String founders, int... ids) {
    List<NodeDescription> nodes = new ArrayList<>();
    for (int id : ids) {
      nodes.add(node(id));
    }
    return new ClusterDescription("demo", "demo-1", PLACE, null, false, false, founders, nodes);
  }

  private static NodeDescription node(int id) {
    return NodeDescription.in(
        ClusterDirectory.of(PLACE), String.valueOf(id), new Ports(7001, 10), id - 1);
  }

  @Test
  void aNodeOfTheBeginningIsToldOfTheBeginningForEver() {
    ClusterDescription changed = cluster("", 1, 2, 3).changing().with(node(4)).without("1");
    assertThat(changed.founders()).isEqualTo(BEGINNING);
    assertThat(changed.seat("2")).containsExactly("--peers", BEGINNING);
    assertThat(changed.changing().founders()).isEqualTo(BEGINNING);
  }

  @Test
  void whoCameLaterJoinsTheOthers() {
    ClusterDescription changed = cluster(BEGINNING, 2, 3, 10);
    assertThat(changed.seat("10")).containsExactly("--join", "127.0.0.1:7002,127.0.0.1:7003");
    assertThat(changed.seat("2")).as("is told apart from 12").first().isEqualTo("--peers");
  }

  @Test
  void whoIsAloneDoesNotBeginAClusterOfItsOwn() {
    assertThat(cluster(BEGINNING, 4).seat("4")).containsExactly("--join", "127.0.0.1:7004");
  }

  @Test
  void thePortsBeginWhereTheClusterBegan() {
    assertThat(cluster("", 2, 3).basePort()).hasValue(7002);
    assertThat(cluster(BEGINNING, 2, 3).basePort()).hasValue(7001);
  }

  @Test
  void theBookIsReadAsItWasWritten() {
    for (String founders : List.of("", BEGINNING)) {
      ClusterDescription cluster = cluster(founders, 1, 2, 3);
      String text = ClusterJson.write(cluster);
      assertThat(text.contains("founders")).isEqualTo(cluster.changed());
      assertThat(ClusterJson.read(text, PLACE)).isEqualTo(cluster);
    }
  }

  @Test
  void aBookThatMakesNoSenseIsRefusedWhereItIsRead() {
    String book = ClusterJson.write(cluster(BEGINNING, 1, 2));
    for (String edited :
        List.of(
            "{\"nodes\": " + "[".repeat(50_000),
            book.replace("127.0.0.1:7001", "127.0.0.1:x"),
            book.replace("127.0.0.1:8002", "127.0.0.1"),
            book.replace("3=127.0.0.1:7003", "3"))) {
      assertThatThrownBy(() -> ClusterJson.read(edited, PLACE))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void oneMoreTakesTheWantedPlaceOrElseTheFirstFreeOne() throws Exception {
    Ports ports = new Ports(29_011, 10);
    List<NodeDescription> known = new ArrayList<>();
    for (int place : new int[] {0, 2, 3}) {
      known.add(NodeDescription.in(ClusterDirectory.of(PLACE), "x" + place, ports, place));
    }
    assertThat(ports.freePlace(5, known, port -> false)).isEqualTo(5);
    assertThat(ports.freePlace(3, known, port -> false)).isEqualTo(1);
    assertThat(ports.freePlace(40, known, port -> false)).isEqualTo(1);
    assertThat(ports.freePlace(5, known, port -> port == 29_016)).isEqualTo(1);
    assertThat(ports.freePlace(5, known, port -> port % 1000 <= 16)).isEqualTo(6);
    assertThat(new Ports(64_535, 10).freePlace(3, List.of(), port -> false))
        .as("there is no port 65536")
        .isZero();
  }
}
