package io.raftctl.repl;

import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds what is worth a line to somebody who watches: who leads, and that nobody can.
///
/// Fed with one view after the other. A leader that is missing in a single view is not news: a node
/// under load may answer late.
final class Notices {
  private static final int VIEWS_UNTIL_LOST = 2;

  private String leader = "";
  private long term;
  private int viewsWithoutLeader;
  private boolean quorumLost;

  /// What changed with this view, in words.
  List<String> next(Observation view) {
    List<String> notices = new ArrayList<>();
    Optional<NodeReport> seen = view.leader();
    if (seen.isPresent()) {
      viewsWithoutLeader = 0;
      noteLeader(seen.get(), notices);
    } else {
      viewsWithoutLeader++;
      noteLoss(view, notices);
    }
    return notices;
  }

  /// The prompt's words about the leader.
  String leaderInWords() {
    return leader.isEmpty() || viewsWithoutLeader >= VIEWS_UNTIL_LOST
        ? "no leader"
        : "leader " + leader + " term " + term;
  }

  private void noteLeader(NodeReport now, List<String> notices) {
    boolean same = now.id().equals(leader) && now.term() == term;
    if (quorumLost) {
      notices.add("a majority is connected again: node " + now.id() + " leads term " + now.term());
    } else if (!same && !leader.isEmpty()) {
      notices.add("new leader: node " + now.id() + " leads term " + now.term());
    }
    leader = now.id();
    term = now.term();
    quorumLost = false;
  }

  private void noteLoss(Observation view, List<String> notices) {
    if (viewsWithoutLeader >= VIEWS_UNTIL_LOST && !quorumLost && !view.majorityCanTalk()) {
      quorumLost = true;
      notices.add(
          "quorum lost: no majority of the " + view.size() + " nodes runs and is connected");
    }
  }
}
