package io.raftctl.torture.nemesis;

import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.observed.NodeProbe;
import io.raftctl.cluster.observed.Together;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The links between nodes that run elsewhere. It heals the directions that it has cut and no
/// others, so what somebody else cuts meanwhile stays. Any thread may call.
public final class RemoteLinks implements Links {
  private static final NodeProbe PROBE = new NodeProbe(Duration.ofSeconds(2));
  private static final long POLL_MILLIS = 100;

  private final SortedMap<String, String> addresses;
  private final Duration patience;

  /// What may be cut by us: a request without an answer may have been heard.
  private final SortedSet<Way> ours = new TreeSet<>(); // Guarded by this.

  /// The last count of each node that told one. A restart begins at 0 again.
  private final Map<String, Long> dropped = new TreeMap<>(); // Guarded by this.

  /// One direction of a link, which is cut at its sending end.
  private record Way(String from, String to) implements Comparable<Way> {
    @Override
    public int compareTo(Way other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return from + ">" + to;
    }
  }

  /// @param addresses where clients reach the nodes, by their ids
  /// @param patience how long a node that does not answer is asked again
  public RemoteLinks(SortedMap<String, String> addresses, Duration patience) {
    this.addresses = new TreeMap<>(addresses);
    this.patience = patience;
  }

  @Override
  public synchronized void cut(List<String> from, List<String> to) throws ClusterException {
    List<Way> ways =
        from.stream().flatMap(sender -> to.stream().map(it -> new Way(sender, it))).toList();
    ours.addAll(ways);
    Unheard unheard = ask(ways, PROBE::block);
    if (unheard != null) {
      throw ClusterException.unavailable("links are not cut, of " + unheard, "");
    }
  }

  @Override
  public synchronized void heal() throws ClusterException {
    Unheard unheard = ask(List.copyOf(ours), PROBE::unblock);
    ours.clear();
    if (unheard != null) {
      ours.addAll(unheard.ways());
      throw ClusterException.unavailable(
          "links may still be cut, of " + unheard,
          "when their nodes answer again: raftctl unblock --all; a restart heals them as well");
    }
  }

  /// What a node is asked about one direction.
  @FunctionalInterface
  private interface Request {
    void send(String address, String from, String to) throws IOException;
  }

  /// What nobody has answered, and why not.
  private record Unheard(List<Way> ways, String reason) {
    @Override
    public String toString() {
      return ways + ": " + reason;
    }
  }

  /// Asks the sending ends, again and again where they do not answer: a message may be lost between
  /// here and there, and that is no fault of the cluster.
  private @Nullable Unheard ask(List<Way> ways, Request request) {
    long deadline = System.nanoTime() + patience.toNanos();
    List<Way> left = new ArrayList<>(ways);
    while (true) {
      AtomicReference<String> reason = new AtomicReference<>("");
      left.removeIf(way -> took(way, request, reason));
      if (left.isEmpty()) {
        return null;
      }
      if (System.nanoTime() > deadline) {
        return new Unheard(left, String.valueOf(reason.get()));
      }
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Unheard(left, String.valueOf(reason.get()));
      }
    }
  }

  private boolean took(Way way, Request request, AtomicReference<String> reason) {
    try {
      request.send(address(way.from()), way.from(), way.to());
      return true;
    } catch (IOException e) {
      reason.set("node " + way.from() + " does not take it: " + e.getMessage());
      return false;
    }
  }

  @Override
  public synchronized long dropped() {
    List<String> ids = List.copyOf(addresses.keySet());
    List<Callable<Long>> questions = new ArrayList<>();
    for (String id : ids) {
      long last = dropped.getOrDefault(id, 0L);
      questions.add(() -> PROBE.droppedByFault(address(id)).orElse(last));
    }
    int told = 0;
    for (long count : Together.run(questions)) {
      dropped.put(ids.get(told++), count);
    }
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  private String address(String id) {
    return Objects.requireNonNull(addresses.get(id), id);
  }
}
