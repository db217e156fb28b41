package io.raftctl.client;

import com.grack.nanojson.JsonObject;
import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Json;
import io.raftctl.client.wire.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks all endpoints at once who they are, and picks the one to send a command to.
///
/// That costs one round trip, and buys three things: a node that takes connections but answers
/// nobody never gets the command, whose outcome it would leave open; a leader that was cut off and
/// does not know it is passed over for the one of the newer term; and in most cases the command
/// goes to the leader at once.
public final class LeaderSearch {
  /// @param endpoint who to send to, or null where nobody knows a leader
  /// @param reason why nobody does, in half a line
  /// @param commitIndex the highest one that a node told, or -1 where none did
  public record Found(@Nullable Endpoint endpoint, String reason, long commitIndex) {}

  /// How long a live node's word that it does not lead waits for the word of one that does.
  private static final Duration GRACE = Duration.ofMillis(300);

  /// A node that takes longer to say who it is would take longer still with a command.
  private static final Duration ROUND = Duration.ofSeconds(1);

  private final List<String> reasons = new ArrayList<>();

  /// The highest term that was seen; a leader of an earlier one is deposed.
  private long termMax;

  private long commitIndex = -1;

  /// A live node's word on where the leader listens.
  private @Nullable Endpoint hinted;

  /// A live node that knows the leader's name: a command sent there comes back with its address.
  private @Nullable Endpoint acquainted;

  private LeaderSearch() {}

  public static Found search(Endpoints endpoints, Deadline deadline) {
    return new LeaderSearch().find(endpoints, deadline.atMost(ROUND));
  }

  private Found find(Endpoints endpoints, Deadline deadline) {
    boolean met = false;
    try (Poll poll = new Poll("/v1/status", deadline)) {
      endpoints.all().forEach(poll::ask);
      while (poll.pending() > 0) {
        Poll.Reply reply = poll.next(met ? GRACE : ROUND);
        if (reply == null) {
          break;
        }
        JsonObject node = identity(reply);
        if (node != null && leads(node)) {
          return new Found(reply.endpoint(), "", commitIndex);
        }
        met |= node != null;
      }
      if (poll.pending() > 0) {
        reasons.add(poll.pending() + " of " + endpoints.all().size() + " do not answer");
      }
    }
    return new Found(hinted != null ? hinted : acquainted, String.join(", ", reasons), commitIndex);
  }

  /// Who answered, or null where it was no node.
  private @Nullable JsonObject identity(Poll.Reply reply) {
    Answer<JsonObject> answer =
        HttpNodeClient.answer(reply.endpoint(), reply.result(), LeaderSearch::node);
    return switch (answer) {
      case Answer.Missing<JsonObject> missing -> {
        reasons.add(missing.problem().message());
        yield null;
      }
      case Answer.Given<JsonObject> given -> {
        consider(reply.endpoint(), given.value());
        yield given.value();
      }
    };
  }

  private void consider(Endpoint endpoint, JsonObject node) {
    Long committed = Json.number(node, "commitIndex");
    commitIndex = Math.max(commitIndex, committed == null ? 0 : committed);
    long term = node.getLong("term");
    if (term > termMax) {
      termMax = term;
      hinted = null;
      acquainted = null;
    }
    if (term == termMax && node.getString("leader") != null) {
      acquainted = endpoint;
      String address = node.getString("leaderAddress", "");
      try {
        hinted = address.isEmpty() ? hinted : Endpoint.parse(address);
      } catch (IllegalArgumentException e) {
        // A hint is only that.
      }
    }
    if (node.getString("leader") == null) {
      reasons.add(endpoint + " knows no leader");
    }
  }

  private boolean leads(JsonObject node) {
    return "leader".equals(node.getString("role")) && node.getLong("term") == termMax;
  }

  private static @Nullable JsonObject node(byte[] answer) {
    JsonObject json = Json.object(answer);
    return HttpNodeClient.nodeOf(json) == null ? null : json;
  }
}
