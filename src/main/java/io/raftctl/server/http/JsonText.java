package io.raftctl.server.http;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.raftctl.node.CommandEnvelope;
import io.raftctl.node.NodeStatus;
import io.raftctl.node.Outcome;
import io.raftctl.proto.v1.FaultsReply;
import io.raftctl.proto.v1.StatusReply;
import io.raftctl.raft.Entry;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.served.ClusterView;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.transport.Address;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a node says, as JSON. The names of the fields are part of the HTTP contract.
public final class JsonText {
  private JsonText() {}

  static Response problem(Problem problem) {
    RequestId requestId = problem.requestId();
    NodeId leader = problem.leader();
    Address address = problem.leaderAddress();
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("code", problem.code().text())
            .value("message", problem.message())
            .value("hint", problem.hint());
    if (requestId != null) {
      json.value("requestId", requestId.toString());
    }
    if (problem.code() == Problem.Code.NOT_LEADER) {
      json.value("leader", leader == null ? null : leader.value());
      json.value("leaderAddress", address == null ? null : address.toString());
    }
    return Response.json(problem.code().httpStatus(), json.end().done());
  }

  /// @param id null for a read
  static String done(Outcome.Done done, @Nullable RequestId id) {
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("index", done.id().index())
            .value("term", done.id().term());
    if (id != null) {
      json.value("requestId", id.toString());
    }
    return json.value("ok", done.reply().ok()).value("reply", done.reply().text()).end().done();
  }

  static String fate(Outcome.Known known, RequestId id) {
    JsonStringWriter json = JsonWriter.string().object().value("requestId", id.toString());
    switch (known.fate()) {
      case Fate.Applied(Place at, Reply reply) ->
          place(json.value("state", "applied"), at)
              .value("ok", reply.ok())
              .value("reply", reply.text());
      case Fate.Cancelled(Place at) -> place(json.value("state", "cancelled"), at);
      case Fate.NotApplied() -> json.value("state", "not-applied");
      case Fate.Forgotten() -> json.value("state", "forgotten");
    }
    return json.value("asOf", known.asOf().index()).end().done();
  }

  private static JsonStringWriter place(JsonStringWriter json, Place at) {
    return json.value("index", at.index()).value("term", at.term());
  }

  /// A read that may be old, and what can be said of its age.
  static String stale(Outcome.Done done, NodeStatus status) {
    Long heard = status.heardNanos();
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("index", done.id().index())
            .value("term", done.id().term())
            .value("commitIndex", Math.max(status.commitIndex(), done.id().index()));
    boolean leads = status.role().equals("leader");
    number(
        json,
        "leaderSilentMillis",
        leads ? Long.valueOf(0) : heard == null ? null : (System.nanoTime() - heard) / 1_000_000);
    return json.value("ok", done.reply().ok()).value("reply", done.reply().text()).end().done();
  }

  static String transferred(Outcome.Done done) {
    return JsonWriter.string().object().value("target", done.reply().text()).end().done();
  }

  /// The members by the last word of the node's log.
  static String members(ServedNode served) {
    Configuration members = served.node().status().members();
    JsonStringWriter json =
        JsonWriter.string().object().value("cluster", served.cluster()).array("members");
    for (NodeId node : members.members()) {
      Address address = served.addressOf(node);
      json.object()
          .value("id", node.value())
          .value("address", address == null ? null : address.toString())
          .value("role", role(members, node))
          .end();
    }
    return json.end()
        .array("removed", members.removed().stream().map(NodeId::value).toList())
        .end()
        .done();
  }

  private static String role(Configuration members, NodeId node) {
    if (members.learners().contains(node)) {
      return members.joining().contains(node) ? "joining" : "learner";
    }
    return members.voters().contains(node) ? "voter" : "leaving";
  }

  public static String status(StatusReply status) {
    JsonStringWriter json = JsonWriter.string().object();
    json.value("cluster", status.getCluster())
        .value("id", status.getId())
        .value("address", status.getAddress())
        .value("role", status.getRole())
        .value("term", status.getTerm())
        .value("leader", status.getLeader().isEmpty() ? null : status.getLeader())
        .value("commitIndex", status.getCommitIndex())
        .value("appliedIndex", status.getAppliedIndex())
        .value("lastIndex", status.getLastIndex())
        .value("firstIndex", status.getFirstIndex())
        .value("snapshotIndex", status.getSnapshotIndex())
        .value("blocked", status.getBlocked())
        .array("blockedLinks", status.getBlockedLinksList())
        .value("droppedByFault", status.getDroppedByFault());
    health(json, status);
    return json.end().done();
  }

  /// Only where something is unusual: the state machine is a program, the disk is full, has lost
  /// entries, or the term and the vote, and then who has yet to tell its term; or the packets of
  /// some nodes pass although they are to be dropped.
  private static void health(JsonStringWriter json, @Nullable StatusReply status) {
    if (status != null && !status.getDamage().isEmpty()) {
      json.value("damage", status.getDamage());
    }
    if (status != null && status.getDiskFull()) {
      json.value("diskFull", true);
    }
    if (status != null && status.getRejoining()) {
      json.array("awaitedTerms", status.getAwaitedTermsList());
    }
    if (status != null && status.getUndroppedCount() > 0) {
      json.array("undropped", status.getUndroppedList());
    }
    if (status != null && !status.getProgram().isEmpty()) {
      json.value("program", status.getProgram());
    }
  }

  static String cluster(ClusterView view) {
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("cluster", view.cluster())
            .value("leader", view.leader() == null ? null : view.leader().value())
            .value("term", view.term())
            .array("nodes");
    for (ClusterView.Row row : view.rows()) {
      StatusReply status = row.status();
      json.object().value("id", row.id().value()).value("address", row.address().toString());
      json.value("role", status == null ? null : status.getRole());
      number(json, "term", status == null ? null : status.getTerm());
      number(json, "commitIndex", status == null ? null : status.getCommitIndex());
      number(json, "appliedIndex", status == null ? null : status.getAppliedIndex());
      number(json, "lastIndex", status == null ? null : status.getLastIndex());
      number(json, "firstIndex", status == null ? null : status.getFirstIndex());
      number(json, "snapshotIndex", status == null ? null : status.getSnapshotIndex());
      number(json, "lag", status == null ? null : row.lag());
      if (status == null) {
        json.nul("blocked").nul("blockedLinks");
      } else {
        json.value("blocked", status.getBlocked())
            .array("blockedLinks", status.getBlockedLinksList());
      }
      health(json, status);
      json.value("reachable", status != null).end();
    }
    return json.end().end().done();
  }

  private static void number(JsonStringWriter json, String name, @Nullable Long value) {
    if (value == null) {
      json.nul(name);
    } else {
      json.value(name, value.longValue());
    }
  }

  static String faults(FaultsReply faults) {
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("blocked", faults.getBlocked())
            .array("blockedLinks", faults.getBlockedLinksList());
    if (faults.getUndroppedCount() > 0) {
      json.array("undropped", faults.getUndroppedList());
    }
    return json.end().done();
  }

  static String entry(Entry entry) {
    JsonStringWriter json =
        JsonWriter.string().object().value("index", entry.index()).value("term", entry.term());
    switch (entry.kind()) {
      case NO_OP -> json.value("kind", "no-op");
      case CONFIGURATION -> json.value("kind", "configuration");
      case COMMAND -> command(CommandEnvelope.decode(entry.data()), json);
    }
    return json.end().done();
  }

  private static void command(SessionCommand command, JsonStringWriter json) {
    String kind = command instanceof SessionCommand.Cancel ? "cancel" : "command";
    json.value("kind", kind).value("requestId", command.id().toString());
    switch (command) {
      case SessionCommand.Plain(RequestId _, byte[] bytes) -> bytes(bytes, json);
      case SessionCommand.Once(Stamp _, byte[] bytes) -> bytes(bytes, json);
      case SessionCommand.Cancel _ -> {}
    }
  }

  private static void bytes(byte[] command, JsonStringWriter json) {
    String text = text(command);
    if (text != null) {
      json.value("command", text);
    } else {
      json.value("commandBase64", Base64.getEncoder().encodeToString(command));
    }
  }

  /// The bytes as text, or null where they are not UTF-8.
  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
