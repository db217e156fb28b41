package io.raftctl.simulation.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.NodeId;
import io.raftctl.simulation.fault.Barrier.Link;
import io.raftctl.simulation.fault.Cut.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whom the nodes of a partition hear.
class CutTest {
  private static final int DRAWS = 50;

  private static List<NodeId> nodes(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(node -> new NodeId(Integer.toString(node)))
        .toList();
  }

  private static List<Cut> draws(Shape shape, int count) {
    SplittableRandom random = new SplittableRandom(1);
    return IntStream.range(0, DRAWS).mapToObj(_ -> Cut.draw(shape, nodes(count), random)).toList();
  }

  private static List<Link> links(Cut cut) {
    return cut.barriers().stream().flatMap(barrier -> barrier.links().stream()).toList();
  }

  private static boolean hears(Cut cut, NodeId node, NodeId from) {
    return !links(cut).contains(new Link(from, node));
  }

  private static List<NodeId> heard(Cut cut, NodeId node, int count) {
    return nodes(count).stream().filter(from -> hears(cut, node, from)).toList();
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void oneNodeHasNoLinks(Shape shape) {
    assertThat(draws(shape, 1)).allMatch(cut -> links(cut).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void whereThereAreTwoSomethingIsCut(Shape shape) {
    for (int count = 2; count <= 9; count++) {
      assertThat(draws(shape, count)).noneMatch(cut -> links(cut).isEmpty());
    }
  }

  @Test
  void aFullCutLeavesTwoGroupsThatDoNotHearEachOther() {
    for (Cut cut : draws(Shape.FULL, 5)) {
      List<NodeId> group = heard(cut, nodes(5).getFirst(), 5);
      assertThat(group).hasSizeBetween(1, 4);
      for (NodeId node : nodes(5)) {
        List<NodeId> own = heard(cut, node, 5);
        assertThat(own).contains(node);
        assertThat(own.equals(group)).isEqualTo(group.contains(node));
      }
    }
  }

  @Test
  void aOneWayCutIsHeardThroughInTheOtherDirection() {
    for (Cut cut : draws(Shape.ONE_WAY, 5)) {
      assertThat(links(cut))
          .allMatch(link -> !links(cut).contains(new Link(link.to(), link.from())));
    }
  }

  @Test
  void bothSidesHearTheBridgeOnly() {
    for (Cut cut : draws(Shape.BRIDGE, 5)) {
      List<NodeId> bridges =
          nodes(5).stream().filter(node -> heard(cut, node, 5).size() == 5).toList();
      assertThat(bridges).hasSize(1);
      assertThat(links(cut))
          .noneMatch(link -> link.from().equals(bridges.getFirst()))
          .hasSizeBetween(6, 8);
    }
  }

  /// Each sees a majority, and no two the same one.
  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7, 9})
  void aRingShowsEachNodeAMajorityOfItsOwn(int count) {
    for (Cut cut : draws(Shape.RING, count)) {
      List<List<NodeId>> views =
          nodes(count).stream().map(node -> heard(cut, node, count)).toList();
      assertThat(views).allMatch(view -> view.size() > count / 2 && view.size() < count);
      assertThat(views).doesNotHaveDuplicates();
    }
  }

  @Test
  void inARingOfThreeEachHearsOneOther() {
    for (Cut cut : draws(Shape.RING, 3)) {
      assertThat(nodes(3)).allMatch(node -> heard(cut, node, 3).size() == 2);
      assertThat(links(cut)).hasSize(3);
    }
  }
}
