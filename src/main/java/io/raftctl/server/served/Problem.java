package io.raftctl.server.served;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.raftctl.proto.CommandSize;
import io.raftctl.raft.NodeId;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.transport.Address;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A negative answer to a request: what happened and what to do next, each in one line.
public final class Problem extends Exception {
  private static final long serialVersionUID = 1;

  private static final int MESSAGE_CHARS_MAX = 1000;

  /// Comes with each negative answer, and so with none that a node did not give.
  private static final Metadata.Key<String> SPOKEN =
      Metadata.Key.of("raftctl-code", Metadata.ASCII_STRING_MARSHALLER);

  private final Code code;
  private final String hint;
  private final transient @Nullable RequestId requestId;
  private final transient @Nullable NodeId leader;
  private final transient @Nullable Address leaderAddress;

  /// What the client may conclude. The names are part of the HTTP contract.
  public enum Code {
    INVALID(400, Status.Code.INVALID_ARGUMENT),
    DENIED(403, Status.Code.PERMISSION_DENIED),
    NOT_FOUND(404, Status.Code.NOT_FOUND),
    CANCELLED(409, Status.Code.ABORTED),
    EXPIRED(410, Status.Code.OUT_OF_RANGE),
    TOO_LARGE(413, Status.Code.RESOURCE_EXHAUSTED),
    NOT_LEADER(421, Status.Code.FAILED_PRECONDITION),
    UNAVAILABLE(503, Status.Code.UNAVAILABLE),
    INDETERMINATE(504, Status.Code.UNKNOWN),
    FAILED(500, Status.Code.INTERNAL);

    private final int httpStatus;
    private final Status.Code grpcCode;

    Code(int httpStatus, Status.Code grpcCode) {
      this.httpStatus = httpStatus;
      this.grpcCode = grpcCode;
    }

    /// The code in JSON.
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The code in HTTP.
    public int httpStatus() {
      return httpStatus;
    }

    /// The code behind another node's answer.
    public static Code of(Status status) {
      for (Code code : values()) {
        if (code.grpcCode == status.getCode()) {
          return code;
        }
      }
      return status.getCode() == Status.Code.DEADLINE_EXCEEDED ? UNAVAILABLE : FAILED;
    }
  }

  public Problem(Code code, String message, String hint) {
    this(code, message, hint, null, null, null);
  }

  private Problem(
      Code code,
      String message,
      String hint,
      @Nullable RequestId requestId,
      @Nullable NodeId leader,
      @Nullable Address leaderAddress) {
    super(line(message), null, false, false); // An answer, no fault of this program: no trace.
    this.code = code;
    this.hint = hint;
    this.requestId = requestId;
    this.leader = leader;
    this.leaderAddress = leaderAddress;
  }

  public static Problem invalid(String message) {
    return new Problem(Code.INVALID, message, "docs/http.md lists the requests and their fields");
  }

  /// A message may repeat what a client wrote, and stands in a line or in a header of gRPC.
  private static String line(String message) {
    String front =
        message.length() <= MESSAGE_CHARS_MAX
            ? message
            : message.substring(0, MESSAGE_CHARS_MAX) + "...";
    return front.replaceAll("\\p{Cntrl}", "?");
  }

  public static Problem tooLarge() {
    return new Problem(
        Code.TOO_LARGE,
        "the command is larger than " + CommandSize.BYTES_MAX + " bytes (1 MiB)",
        "split it into smaller commands");
  }

  public static Problem notLeader(@Nullable NodeId leader, @Nullable Address address) {
    String message = leader == null ? "no leader is known here" : "node " + leader + " leads";
    String hint = leader == null ? "try again, or ask another node" : "ask " + address;
    return new Problem(Code.NOT_LEADER, message, hint, null, leader, address);
  }

  public Problem about(RequestId id) {
    return new Problem(code, message(), hint, id, leader, leaderAddress);
  }

  public Code code() {
    return code;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  /// What to do next.
  public String hint() {
    return hint;
  }

  /// The request that it is about, or null.
  public @Nullable RequestId requestId() {
    return requestId;
  }

  /// Who leads, or null.
  public @Nullable NodeId leader() {
    return leader;
  }

  /// Where the leader is reached, or null.
  public @Nullable Address leaderAddress() {
    return leaderAddress;
  }

  /// As gRPC says it.
  public StatusRuntimeException toException() {
    Metadata trailers = new Metadata();
    trailers.put(SPOKEN, code.text());
    return code.grpcCode
        .toStatus()
        .withDescription(message() + "; " + hint)
        .asRuntimeException(trailers);
  }

  /// What another node said by {@link #toException}: what to do next stands behind the last
  /// semicolon.
  static Problem of(StatusRuntimeException spoken) {
    String description = String.valueOf(spoken.getStatus().getDescription());
    int end = description.lastIndexOf("; ");
    String message = end < 0 ? description : description.substring(0, end);
    String hint = end < 0 ? "" : description.substring(end + 2);
    return new Problem(Code.of(spoken.getStatus()), message, hint);
  }

  /// Whether a node said so itself. Otherwise nobody has answered, and gRPC made the status up.
  static boolean isSpoken(StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    return trailers != null && trailers.containsKey(SPOKEN);
  }
}
