package io.raftctl.client;

import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The tries of one call: looks for the leader, asks it, and does so again until the call is
/// settled or its time is over.
final class Rounds {
  /// One try.
  interface Call<T> {
    /// @param commitIndex one that a node told, or negative
    Attempt<T> to(HttpNodeClient node, long commitIndex, Deadline deadline);
  }

  /// What one try with one node came to.
  sealed interface Attempt<T> {
    record Settled<T>(T value) implements Attempt<T> {}

    /// Certainly not done by this try, and no other try will help.
    record Refused<T>(Problem problem) implements Attempt<T> {}

    /// Certainly not accepted there, so that it may be tried again.
    ///
    /// @param leader who to ask instead, or null
    record TryAgain<T>(String reason, @Nullable Endpoint leader) implements Attempt<T> {}

    /// Accepted or not: nobody there could tell.
    record InDoubt<T>(String reason) implements Attempt<T> {}

    /// Certainly not applied by this try, nor by any later one: the session has expired.
    record Expired<T>(String reason) implements Attempt<T> {}
  }

  /// @param last what the last try came to
  /// @param doubt why some try may have been accepted, or null where none can have been
  record Ending<T>(Attempt<T> last, @Nullable String doubt) {}

  private static final Duration PAUSE_MIN = Duration.ofMillis(20);
  private static final Duration PAUSE_MAX = Duration.ofMillis(250);

  /// The first try waits so long for a node that hangs, so that another one can be asked; each
  /// later try twice as long as the one before, so that a slow cluster is not flooded with tries.
  private static final Duration PATIENCE_MIN = Duration.ofSeconds(2);

  /// With no more left than this there is no second try to save time for.
  private static final Duration LAST = Duration.ofMillis(500);

  /// With less left than this and than twice what the last try took, there is no other one: it
  /// might not be answered in time, and turn a certain refusal into a doubt.
  private static final Duration SPARE_MAX = Duration.ofMillis(200);

  private final Endpoints endpoints;
  private final Deadline deadline;
  private Duration pause = PAUSE_MIN;
  private Duration patience = PATIENCE_MIN;

  Rounds(Endpoints endpoints, Deadline deadline) {
    this.endpoints = endpoints;
    this.deadline = deadline;
  }

  boolean isOver() {
    return deadline.isOver() || Thread.currentThread().isInterrupted();
  }

  <T> Ending<T> run(Call<T> call) {
    String doubt = null;
    boolean hinted = false;
    LeaderSearch.Found found = LeaderSearch.search(endpoints, deadline);
    while (true) {
      Duration before = deadline.remaining();
      Attempt<T> attempt = attempt(call, found);
      Duration took = before.minus(deadline.remaining());
      Endpoint leader = null;
      switch (attempt) {
        case Attempt.Settled<T> _, Attempt.Refused<T> _, Attempt.Expired<T> _ -> {
          return new Ending<>(attempt, doubt);
        }
        case Attempt.InDoubt<T>(String reason) -> doubt = reason;
        case Attempt.TryAgain<T> again -> leader = again.leader();
      }
      // Two nodes may each believe that the other one leads; so never two hints in a row.
      hinted = leader != null && !hinted;
      if (!hinted) {
        pause();
      }
      if (isOver() || (doubt == null && isTooLate(took))) {
        return new Ending<>(attempt, doubt);
      }
      found =
          hinted
              ? new LeaderSearch.Found(leader, "", found.commitIndex())
              : LeaderSearch.search(endpoints, deadline);
    }
  }

  private boolean isTooLate(Duration took) {
    Duration left = deadline.remaining();
    return left.compareTo(SPARE_MAX) < 0 && left.compareTo(took.multipliedBy(2)) < 0;
  }

  private <T> Attempt<T> attempt(Call<T> call, LeaderSearch.Found found) {
    Endpoint endpoint = found.endpoint();
    if (endpoint == null) {
      return new Attempt.TryAgain<>(found.reason(), null);
    }
    Attempt<T> attempt =
        call.to(new HttpNodeClient(endpoint), found.commitIndex(), deadline.atMost(share()));
    if (attempt instanceof Attempt.InDoubt<T>) {
      patience = patience.multipliedBy(2);
    }
    return attempt;
  }

  /// How long one try may take: half of what is left at most.
  private Duration share() {
    Duration left = deadline.remaining();
    Duration half = left.dividedBy(2);
    if (left.compareTo(LAST) <= 0) {
      return left;
    }
    return half.compareTo(patience) < 0 ? half : patience;
  }

  /// Waits a little, each time longer than the time before.
  void pause() {
    try {
      Thread.sleep(deadline.atMost(pause).remaining());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pause = pause.compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : pause;
  }
}
