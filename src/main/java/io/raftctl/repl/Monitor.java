package io.raftctl.repl;

import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.observed.Observation;
import java.util.List;
import java.util.OptionalInt;

/// Looks at the cluster a few times a second, on a thread of its own, and tells what changed.
final class Monitor implements AutoCloseable {
  /// Who wants to know. Called on the monitor's thread, or on one that saw a process end.
  interface Listener {
    /// Something changed, or there is something to tell.
    ///
    /// @param leader the leader in words, for the prompt
    void onChange(String leader, List<String> notices);
  }

  // An idle cluster should stay idle; one without a leader is worth a closer look.
  private static final long CALM_MILLIS = 500;
  private static final long LEADERLESS_MILLIS = 150;

  private final LocalCluster cluster;
  private final Listener listener;
  private final Notices notices = new Notices();
  private final Thread thread;
  private volatile Observation latest;
  private volatile String leader;

  Monitor(LocalCluster cluster, Listener listener) {
    this.cluster = cluster;
    this.listener = listener;
    this.latest = cluster.observe();
    notices.next(latest);
    this.leader = notices.leaderInWords();
    this.thread = Thread.ofPlatform().daemon().name("monitor").unstarted(this::watch);
    cluster.onUnexpectedEndOfNode(this::onUnexpectedEnd);
  }

  void start() {
    thread.start();
  }

  /// What the nodes said a moment ago.
  Observation latest() {
    return latest;
  }

  String leaderInWords() {
    return leader;
  }

  @Override
  public void close() {
    cluster.onUnexpectedEndOfNode((node, code) -> {});
    thread.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(latest.leader().isPresent() ? CALM_MILLIS : LEADERLESS_MILLIS);
        latest = cluster.observe();
        List<String> news = notices.next(latest);
        String now = notices.leaderInWords();
        if (!news.isEmpty() || !now.equals(leader)) {
          leader = now;
          listener.onChange(now, news);
        }
      }
    } catch (InterruptedException e) {
      // The session is over.
    }
  }

  private void onUnexpectedEnd(NodeProcess node, OptionalInt code) {
    String how = code.isPresent() ? " (exit code " + code.getAsInt() + ")" : "";
    boolean dropped = cluster.node(node.id()).isEmpty();
    String news =
        dropped
            ? "node " + node.id() + " is no member any more, and has ended"
            : "node " + node.id() + " died" + how + "; its log is " + node.log();
    listener.onChange(leader, List.of(news));
  }
}
