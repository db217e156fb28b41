package io.raftctl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.raftctl.client.Problem.Code;
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

  Attempt submit(RequestId id, String command, Deadline deadline) {
    JsonObject request = request(command, deadline);
    request.put("requestId", id.toString());
    return switch (post("/v1/submit", request, deadline)) {
      case Unsent unsent -> new Attempt.TryAgain(unsent.reason(), null);
      case Lost lost -> indeterminate(id, lost.reason());
      case Answered answer -> settleSubmit(id, answer);
    };
  }

  private Attempt settleSubmit(RequestId id, Answered answer) {
    NodeError error = NodeError.of(answer);
    if (error == null) {
      Outcome done = done(id, answer);
      return done == null ? indeterminate(id, endpoint + " " + STRANGER) : settled(done);
    }
    Code refusal = error.refusal();
    if (refusal != null) {
      return settled(
          new Outcome.NotApplied(id, new Problem(refusal, error.message(), error.hint())));
    }
    return error.isRetryable()
        ? new Attempt.TryAgain(error.message(), error.leader())
        : indeterminate(id, error.message());
  }

  /// A read changes nothing, so whatever goes wrong may be tried again.
  Attempt read(RequestId id, String command, String consistency, Deadline deadline) {
    JsonObject request = request(command, deadline);
    request.put("consistency", consistency);
    return switch (post("/v1/read", request, deadline)) {
      case Unsent unsent -> new Attempt.TryAgain(unsent.reason(), null);
      case Lost lost -> new Attempt.TryAgain(lost.reason(), null);
      case Answered answer -> settleRead(id, answer);
    };
  }

  private Attempt settleRead(RequestId id, Answered answer) {
    NodeError error = NodeError.of(answer);
    if (error == null) {
      Outcome done = done(id, answer);
      return done == null ? new Attempt.TryAgain(endpoint + " " + STRANGER, null) : settled(done);
    }
    Code refusal = error.refusal();
    return refusal == null
        ? new Attempt.TryAgain(error.message(), error.leader())
        : settled(new Outcome.NotApplied(id, new Problem(refusal, error.message(), error.hint())));
  }

  /// Reads what this node has, and nobody else is asked.
  Answer<StaleReply> readStale(String command, Deadline deadline) {
    JsonObject request = request(command, deadline);
    request.put("consistency", "stale");
    return ask(post("/v1/read", request, deadline), answer -> StaleReply.of(Json.object(answer)));
  }

  /// Tells the leader to hand over. Where its answer gets lost, whether it has is to be seen.
  ///
  /// @param target the id of who is to lead, or null for anybody
  Attempt transfer(RequestId id, @Nullable String target, Deadline deadline) {
    JsonObject request = new JsonObject();
    if (target != null) {
      request.put("target", target);
    }
    request.put("timeoutMillis", Math.max(1, deadline.remaining().toMillis()));
    return switch (post("/v1/leader/transfer", request, deadline)) {
      case Unsent unsent -> new Attempt.TryAgain(unsent.reason(), null);
      case Lost lost -> indeterminate(id, lost.reason());
      case Answered answer -> settleTransfer(id, answer);
    };
  }

  private Attempt settleTransfer(RequestId id, Answered answer) {
    NodeError error = NodeError.of(answer);
    if (error == null) {
      JsonObject json = answer.status() == 200 ? Json.object(answer.body()) : null;
      String target = json == null ? null : json.getString("target");
      return target == null
          ? new Attempt.TryAgain(endpoint + " " + STRANGER, null)
          : settled(new Outcome.Done(id, 0, 0, true, target));
    }
    Code refusal = error.refusal();
    if (refusal != null) {
      return settled(
          new Outcome.NotApplied(id, new Problem(refusal, error.message(), error.hint())));
    }
    return error.isRetryable()
        ? new Attempt.TryAgain(error.message(), error.leader())
        : indeterminate(id, error.message());
  }

  Answer<NodeView> status(Deadline deadline) {
    return ask(get("/v1/status", deadline), answer -> nodeOf(Json.object(answer)));
  }

  Answer<List<LogEntry>> log(long from, Duration wait, Deadline deadline) {
    String path = "/v1/log?from=" + from + "&waitMillis=" + wait.toMillis();
    return ask(get(path, deadline), HttpNodeClient::entries);
  }

  Answer<Faults> faults(String path, JsonObject request, Deadline deadline) {
    return ask(post(path, request, deadline), answer -> Faults.of(Json.object(answer)));
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
    Code code = error.isRetryable() ? Code.UNAVAILABLE : Code.FAILED;
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
  private static @Nullable Outcome done(RequestId id, Answered answer) {
    JsonObject json = answer.status() == 200 ? Json.object(answer.body()) : null;
    Long index = json == null ? null : Json.number(json, "index");
    if (json == null || index == null || !json.isBoolean("ok") || !json.isString("reply")) {
      return null;
    }
    return new Outcome.Done(
        id, index, json.getLong("term"), json.getBoolean("ok"), json.getString("reply", ""));
  }

  /// The node is told to answer a little earlier than we leave, so that what it knows arrives.
  private static JsonObject request(String command, Deadline deadline) {
    long millis = deadline.remaining().toMillis();
    JsonObject request = new JsonObject();
    request.put("command", command);
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

  private static Attempt settled(Outcome outcome) {
    return new Attempt.Settled(outcome);
  }

  private static Attempt indeterminate(RequestId id, String reason) {
    return settled(new Outcome.Indeterminate(id, reason));
  }
}
