package io.raftctl.cli.log;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.ClusterClient.Reached;
import io.raftctl.client.LogEntry;
import io.raftctl.client.Problem;
import io.raftctl.client.wire.Endpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// What a live node has committed when it is first asked. The node checks each entry as it reads
/// it.
final class LiveLog implements LogSource {
  private final String name;
  private final ClusterClient cluster;
  private final Endpoint endpoint;
  private final long first;
  private final long committed;
  private final String damage;

  private LiveLog(
      String name,
      ClusterClient cluster,
      Endpoint endpoint,
      long first,
      long committed,
      String damage) {
    this.name = name;
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.first = first;
    this.committed = committed;
    this.damage = damage;
  }

  /// @param word HOST:PORT, an id, `leader` or `follower`
  static LiveLog open(String word, ClusterClient cluster) throws NoAnswerException {
    Reached reached =
        given(word.indexOf(':') >= 0 ? cluster.reach(Endpoint.parse(word)) : cluster.reach(word));
    Long first = reached.view().firstIndex();
    Long committed = reached.view().commitIndex();
    String damage = reached.view().damage();
    return new LiveLog(
        word,
        cluster,
        reached.endpoint(),
        first == null ? 1 : first,
        committed == null ? 0 : committed,
        damage == null ? "" : damage);
  }

  /// What the node says that its disk has lost; empty where it knows of nothing.
  String damage() {
    return damage;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long firstIndex() {
    return first;
  }

  @Override
  public long lastIndex() {
    return committed;
  }

  @Override
  public long committedIndex() {
    return committed;
  }

  /// What is committed does not change any more.
  @Override
  public boolean isInUse() {
    return false;
  }

  @Override
  public Records records(long index) {
    return new Pages(index);
  }

  @Override
  public void close() {}

  private static <T> T given(Answer<T> answer) throws NoAnswerException {
    return switch (answer) {
      case Answer.Given<T>(T value) -> value;
      case Answer.Missing<T>(Problem problem) -> throw new NoAnswerException(problem);
    };
  }

  /// Asks for more when it has shown all that it got.
  private final class Pages implements Records {
    private final Deque<LogEntry> entries = new ArrayDeque<>();
    private long next;

    Pages(long next) {
      this.next = next;
    }

    @Override
    public @Nullable LogRecord next() throws NoAnswerException {
      if (next > committed) {
        return null;
      }
      if (entries.isEmpty()) {
        entries.addAll(given(cluster.log(endpoint, next, Duration.ZERO)));
      }
      LogEntry entry = entries.poll();
      if (entry == null || entry.index() != next) {
        throw new NoAnswerException(
            new Problem(
                Problem.Code.FAILED,
                "node %s does not give entry %d".formatted(name, next),
                "look with 'raftctl status'; its log may have gone into a snapshot meanwhile"));
      }
      next++;
      return new LogRecord(entry, null, false, false);
    }
  }
}
