package io.raftctl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.Problem.Code;
import io.raftctl.client.Rounds.Attempt;
import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Exchange;
import io.raftctl.client.wire.Exchange.Result.Answered;
import io.raftctl.client.wire.Exchange.Result.Lost;
import io.raftctl.client.wire.Exchange.Result.Unsent;
import io.raftctl.client.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The routes of one node's client port (docs/http.md), each called once and never again.
final class HttpNodeClient {
  private static final String STRANGER = "does not answer like a raftctl node";

  private final Endpoint endpoint;

  HttpNodeClient(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  Attempt<Outcome.Done> submit(RequestId id, Session session, String command, Deadline deadline) {
    JsonObject request = request(deadline);
    request.put("command", command);
    request.put("requestId", id.toString());
    request.put("since", session.since());
    request.put("settledBelow", session.settledBelow());
    return attempt("/v1/submit", request, deadline, json -> done(id, json));
  }

  /// A read changes nothing, so whatever goes wrong may be tried again.
  Attempt<Outcome.Done> read(RequestId id, String command, String consistency, Deadline deadline) {
    JsonObject request = request(deadline);
    request.put("command", command);
    request.put("consistency", consistency);
    return undoubted(attempt("/v1/read", request, deadline, json -> done(id, json)));
  }

  Attempt<Fate> outcome(RequestId id, long since, boolean cancel, Deadline deadline) {
    JsonObject request = request(deadline);
    request.put("requestId", id.toString());
    request.put("since", since);
    request.put("cancel", cancel);
    Attempt<Fate> attempt = attempt("/v1/outcome", request, deadline, json -> fate(id, json));
    return cancel ? attempt : undoubted(attempt);
  }

  /// @param parse gives null for an answer of another shape
  private <T> Attempt<T> attempt(
      String path, JsonObject request, Deadline deadline, Function<JsonObject, @Nullable T> parse) {
    return switch (post(path, request, deadline)) {
      case Unsent unsent -> new Attempt.TryAgain<>(unsent.reason(), null);
      case Lost lost -> new Attempt.InDoubt<>(lost.reason());
      case Answered answer -> attempt(answer, parse);
    };
  }

  private <T> Attempt<T> attempt(Answered answer, Function<JsonObject, @Nullable T> parse) {
    NodeError error = NodeError.of(answer);
    if (error == null) {
      JsonObject json = answer.status() == 200 ? Json.object(answer.body()) : null;
      T value = json == null ? null : parse.apply(json);
      return value == null
          ? new Attempt.InDoubt<>(endpoint + " " + STRANGER)
          : new Attempt.Settled<>(value);
    }
    Code refusal = error.refusal();
    if (refusal != null) {
      return new Attempt.Refused<>(new Problem(refusal, error.message(), error.hint()));
    }
    if (error.isExpired()) {
      return new Attempt.Expired<>(error.message());
    }
    return error.isRetryable()
        ? new Attempt.TryAgain<>(error.message(), error.leader())
        : new Attempt.InDoubt<>(error.message());
  }

  private static <T> Attempt<T> undoubted(Attempt<T> attempt) {
    return attempt instanceof Attempt.InDoubt<T>(String reason)
        ? new Attempt.TryAgain<>(reason, null)
        : attempt;
  }

  /// Reads what this node has, and nobody else is asked.
  Answer<StaleReply> readStale(String command, Deadline deadline) {
    JsonObject request = request(deadline);
    request.put("command", command);
    request.put("consistency", "stale");
    return ask(post("/v1/read", request, deadline), answer -> StaleReply.of(Json.object(answer)));
  }

  /// Tells the leader to hand over. Where its answer gets lost, whether it has is to be seen, so
  /// that is settled too: it is not told twice.
  ///
  /// @param target the id of who is to lead, or null for anybody
  Attempt<String> transfer(@Nullable String target, Deadline deadline) {
    JsonObject request = new JsonObject();
    if (target != null) {
      request.put("target", target);
    }
    request.put("timeoutMillis", Math.max(1, deadline.remaining().toMillis()));
    Attempt<String> attempt =
        attempt("/v1/leader/transfer", request, deadline, json -> json.getString("target"));
    return attempt instanceof Attempt.InDoubt<String> ? new Attempt.Settled<>("") : attempt;
  }

  /// What is so already is no change, so it may be tried again in doubt.
  Attempt<Members> changeMembers(Members.Wish wish, Deadline deadline) {
    JsonObject request = request(deadline);
    request.put("add", String.join(",", wish.add()));
    request.put("promote", String.join(",", wish.promote()));
    request.put("remove", String.join(",", wish.remove()));
    return attempt("/v1/members", request, deadline, Members::of);
  }

  Attempt<Members> members(Deadline deadline) {
    return switch (ask(get("/v1/members", deadline), answer -> Members.of(Json.object(answer)))) {
      case Answer.Given<Members>(Members members) -> new Attempt.Settled<>(members);
      case Answer.Missing<Members>(Problem problem) ->
          new Attempt.TryAgain<>(problem.message(), null);
    };
  }

  /// A snapshot of the node's state. It changes nothing, so whatever goes wrong may be tried again.
  Attempt<SnapshotStream> snapshot(Deadline deadline) {
    return switch (SnapshotStream.ask(endpoint, deadline)) {
      case SnapshotStream.Asked.Sending(SnapshotStream stream) -> new Attempt.Settled<>(stream);
      case SnapshotStream.Asked.Silent(String reason) -> new Attempt.TryAgain<>(reason, null);
      case SnapshotStream.Asked.Refused(Answered answer) -> {
        NodeError error = NodeError.of(answer);
        yield error != null && error.isRetryable()
            ? new Attempt.TryAgain<>(error.message(), error.leader())
            : new Attempt.Refused<>(problem(answer));
      }
    };
  }

  Answer<NodeView> status(Deadline deadline) {
    return ask(get("/v1/status", deadline), answer -> nodeOf(Json.object(answer)));
  }

  Answer<List<LogEntry>> log(long from, Duration wait, Deadline deadline) {
    String path = "/v1/log?from=" + from + "&waitMillis=" + wait.toMillis();
    return ask(get(path, deadline), HttpNodeClient::entries);
  }

  /// Where the request was sent and not answered, it is [Code#INDETERMINATE].
  Answer<Faults> faults(String path, JsonObject request, Deadline deadline) {
    Exchange.Result result = post(path, request, deadline);
    return result instanceof Lost lost
        ? new Answer.Missing<>(new Problem(Code.INDETERMINATE, lost.reason(), ""))
        : ask(result, answer -> Faults.of(Json.object(answer)));
  }

  /// @param parse gives null for an answer of another shape
  static <T> Answer<T> answer(
      Endpoint endpoint, Exchange.Result result, Function<byte[], @Nullable T> parse) {
    return new HttpNodeClient(endpoint).ask(result, parse);
  }

  static @Nullable NodeView nodeOf(@Nullable JsonObject json) {
    return json == null || !json.has("id") || !json.has("role") ? null : NodeView.of(json);
  }

  private <T> Answer<T> ask(Exchange.Result result, Function<byte[], @Nullable T> parse) {
    return switch (result) {
      case Unsent unsent -> new Answer.Missing<>(Problem.unavailable(unsent.reason(), ""));
      case Lost lost -> new Answer.Missing<>(Problem.unavailable(lost.reason(), ""));
      case Answered answer -> {
        T value = answer.status() == 200 ? parse.apply(answer.body()) : null;
        yield value == null ? new Answer.Missing<>(problem(answer)) : new Answer.Given<>(value);
      }
    };
  }

  private Problem problem(Answered answer) {
    NodeError error = NodeError.of(answer);
    if (error == null) {
      return new Problem(Code.FAILED, endpoint + " " + STRANGER, "check the host and the port");
    }
    Code refusal = error.refusal();
    Code open = error.isInDoubt() ? Code.INDETERMINATE : Code.FAILED;
    Code code = error.isRetryable() ? Code.UNAVAILABLE : open;
    return new Problem(refusal == null ? code : refusal, error.message(), error.hint());
  }

  private static @Nullable List<LogEntry> entries(byte[] answer) {
    List<LogEntry> entries = new ArrayList<>();
    for (String line : new String(answer, UTF_8).lines().toList()) {
      LogEntry entry = LogEntry.of(Json.object(line.getBytes(UTF_8)));
      if (entry == null) {
        return null;
      }
      entries.add(entry);
    }
    return entries;
  }

  /// Null where the answer has another shape.
  private static @Nullable Fate fate(RequestId id, JsonObject json) {
    long asOf = json.getLong("asOf");
    return switch (json.getString("state", "")) {
      case "applied" -> {
        Outcome.Done first = done(id, json);
        yield first == null ? null : new Fate.Applied(first);
      }
      case "cancelled" -> new Fate.Cancelled(json.getLong("index"), json.getLong("term"));
      case "not-applied" -> new Fate.NotApplied(asOf);
      case "forgotten" -> new Fate.Forgotten(asOf);
      default -> null;
    };
  }

  /// Null where the answer has another shape.
  private static Outcome.@Nullable Done done(RequestId id, JsonObject json) {
    Long index = Json.number(json, "index");
    if (index == null || !json.isBoolean("ok") || !json.isString("reply")) {
      return null;
    }
    return new Outcome.Done(
        id, index, json.getLong("term"), json.getBoolean("ok"), json.getString("reply", ""));
  }

  /// The node is told to answer a little earlier than we leave, so that what it knows arrives.
  private static JsonObject request(Deadline deadline) {
    long millis = deadline.remaining().toMillis();
    JsonObject request = new JsonObject();
    request.put("timeoutMillis", Math.max(1, millis - Math.min(millis / 10, 200)));
    return request;
  }

  private Exchange.Result get(String path, Deadline deadline) {
    return Exchange.start(endpoint, path, null, deadline).await();
  }

  private Exchange.Result post(String path, JsonObject request, Deadline deadline) {
    byte[] body = JsonWriter.string(request).getBytes(UTF_8);
    return Exchange.start(endpoint, path, body, deadline).await();
  }

  /// The object in which a node says no (docs/http.md).
  ///
  /// @param leader where the leader listens, as far as the node knows, or null
  private record NodeError(String code, String message, String hint, @Nullable Endpoint leader) {
    static final String NOT_LEADER = "not-leader";
    static final String UNAVAILABLE = "unavailable";
    static final String EXPIRED = "expired";

    private static final List<Code> REFUSALS =
        List.of(Code.INVALID, Code.NOT_FOUND, Code.TOO_LARGE, Code.DENIED, Code.CANCELLED);

    /// Null where the answer is no such object, and so perhaps not from a node at all.
    static @Nullable NodeError of(Exchange.Result.Answered answer) {
      JsonObject json = answer.status() == 200 ? null : Json.object(answer.body());
      String code = json == null ? null : json.getString("code");
      if (json == null || code == null) {
        return null;
      }
      return new NodeError(
          code, json.getString("message", code), json.getString("hint", ""), leader(json));
    }

    /// The code of a request that was certainly not carried out and never will be, or null where
    /// the error leaves that open or a retry may help.
    @Nullable Code refusal() {
      for (Code refusal : REFUSALS) {
        if (refusal.text().equals(code)) {
          return refusal;
        }
      }
      return null;
    }

    /// Whether the request was certainly not carried out and another try may be.
    boolean isRetryable() {
      return code.equals(NOT_LEADER) || code.equals(UNAVAILABLE);
    }

    /// Whether this try was certainly not carried out, and no later one will be.
    boolean isExpired() {
      return code.equals(EXPIRED);
    }

    /// Whether nobody there knows if it was carried out.
    boolean isInDoubt() {
      return code.equals(Code.INDETERMINATE.text());
    }

    private static @Nullable Endpoint leader(JsonObject json) {
      String address = json.getString("leaderAddress");
      try {
        return address == null || address.isEmpty() ? null : Endpoint.parse(address);
      } catch (IllegalArgumentException e) {
        return null; // A hint is only that.
      }
    }
  }
}
