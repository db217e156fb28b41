package io.raftctl.client.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One HTTP request and what came of it, told apart by what the other side can have seen.
///
/// It runs on a thread of its own, so that whoever waits can leave at the deadline whatever hangs:
/// a name that nobody resolves, a host that drops packets, a node that takes the connection and
/// stays silent, or one that answers a byte at a time.
///
/// The JDK's client resends some requests on its own when a connection breaks, which no command
/// survives with its count intact. It never does so for a body of announced length, so every body
/// is sent like that. And it keeps connections for the next request, which then fails where the
/// other side has closed them, after it went out for all we know; so no connection is used twice.
public final class Exchange {
  static {
    // Asking the other side to close is not enough: what it leaves open is kept all the same.
    System.setProperty("http.keepAlive", "false");
  }

  /// The end of an exchange.
  public sealed interface Result {
    /// The other side answered.
    record Answered(int status, byte[] body) implements Result {}

    /// The other side cannot have read the whole request.
    record Unsent(String reason) implements Result {}

    /// The request went out, and the answer did not come in.
    record Lost(String reason) implements Result {}
  }

  private enum Stage {
    UNSENT,
    SENT,
    GIVEN_UP
  }

  /// A host that does not take a connection within this is tried no longer while others wait.
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  private static final int CHUNK_BYTES = 64 << 10;
  private static final int ANSWER_BYTES_MAX = 16 << 20;

  private final Endpoint endpoint;
  private final String path;
  private final byte @Nullable [] body;
  private final Deadline deadline;
  private final CompletableFuture<Result> result = new CompletableFuture<>();

  /// Leaves UNSENT once: to SENT before the byte that completes the request is written, or to
  /// GIVEN_UP when nobody waits any longer, and then that byte is never written.
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.UNSENT);

  private volatile @Nullable HttpURLConnection connection;

  private Exchange(Endpoint endpoint, String path, byte @Nullable [] body, Deadline deadline) {
    this.endpoint = endpoint;
    this.path = path;
    this.body = body;
    this.deadline = deadline;
  }

  /// Starts a POST of JSON, or without a body a GET.
  public static Exchange start(
      Endpoint endpoint, String path, byte @Nullable [] body, Deadline deadline) {
    Exchange exchange = new Exchange(endpoint, path, body, deadline);
    Thread.ofPlatform().daemon().name("exchange with " + endpoint).start(exchange::run);
    return exchange;
  }

  public CompletableFuture<Result> result() {
    return result;
  }

  /// Waits for the end, at most until the deadline.
  public Result await() {
    try {
      return result.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return giveUp("no answer from " + endpoint + " in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return giveUp("interrupted");
    } catch (ExecutionException e) {
      return giveUp(String.valueOf(e.getMessage()));
    }
  }

  /// Ends the exchange now, and says whether the request can have been read.
  public Result giveUp(String reason) {
    boolean unsent = stage.compareAndSet(Stage.UNSENT, Stage.GIVEN_UP);
    HttpURLConnection open = connection;
    if (open != null) {
      disconnect(open);
    }
    return unsent ? new Result.Unsent(reason) : new Result.Lost(reason);
  }

  /// The connection belongs to the exchange's thread, and the JDK takes no lock here: where that
  /// thread closes it in the same moment, {@code disconnect} falls over what is no longer there.
  private static void disconnect(HttpURLConnection open) {
    try {
      open.disconnect();
    } catch (NullPointerException e) {
      // It is closed, which is all that was wanted.
    }
  }

  private void run() {
    try {
      result.complete(exchange());
    } catch (IOException | RuntimeException e) {
      boolean unsent = stage.get() != Stage.SENT;
      String reason = endpoint + " " + describe(e, unsent);
      result.complete(unsent ? new Result.Unsent(reason) : new Result.Lost(reason));
    }
  }

  private Result exchange() throws IOException {
    HttpURLConnection open =
        (HttpURLConnection)
            URI.create("http://" + endpoint + path).toURL().openConnection(Proxy.NO_PROXY);
    connection = open;
    open.setConnectTimeout(millis(deadline.atMost(CONNECT_MAX)));
    open.setReadTimeout(millis(deadline));
    open.setInstanceFollowRedirects(false);
    open.setUseCaches(false);
    open.setRequestProperty("Connection", "close");
    open.setRequestProperty("User-Agent", "raftctl");
    open.setRequestProperty("Accept", "application/json");
    if (body != null) {
      open.setDoOutput(true);
      open.setFixedLengthStreamingMode(body.length);
      open.setRequestProperty("Content-Type", "application/json");
    }
    open.connect();
    if (!(body == null ? mayComplete() : send(open, body))) {
      return new Result.Unsent("given up");
    }
    int status = open.getResponseCode();
    InputStream answer = status < 400 ? open.getInputStream() : open.getErrorStream();
    return new Result.Answered(status, answer == null ? new byte[0] : read(answer));
  }

  /// Writes the body; false where it was given up before its last byte.
  private boolean send(HttpURLConnection open, byte[] body) throws IOException {
    try (OutputStream out = open.getOutputStream()) {
      int last = Math.max(0, (body.length - 1) / CHUNK_BYTES * CHUNK_BYTES);
      for (int at = 0; at < last; at += CHUNK_BYTES) {
        out.write(body, at, CHUNK_BYTES);
        out.write(body, at, 0); // Throws what the write before it kept to itself.
      }
      if (!mayComplete()) {
        return false;
      }
      out.write(body, last, body.length - last);
      return true;
    }
  }

  private boolean mayComplete() {
    return stage.compareAndSet(Stage.UNSENT, Stage.SENT);
  }

  private static byte[] read(InputStream answer) throws IOException {
    try (answer) {
      byte[] bytes = answer.readNBytes(ANSWER_BYTES_MAX + 1);
      if (bytes.length > ANSWER_BYTES_MAX) {
        throw new IOException("answers with more than " + ANSWER_BYTES_MAX + " bytes");
      }
      return bytes;
    }
  }

  /// What the endpoint does, such as "refuses connections".
  private static String describe(Exception e, boolean unsent) {
    return switch (e) {
      case UnknownHostException _ -> "is not a known host";
      case NoRouteToHostException _ -> "cannot be reached";
      case SocketTimeoutException _ when unsent -> "does not take connections";
      case SocketTimeoutException _ -> "does not answer";
      case ConnectException _ -> "refuses connections";
      case IOException _ when "Invalid Http response".equals(e.getMessage()) ->
          "does not speak HTTP";
      default -> (unsent ? "failed: " : "broke the connection: ") + e.getMessage();
    };
  }

  /// For the JDK 0 means for ever, so at least 1.
  private static int millis(Deadline deadline) {
    return Math.clamp(deadline.remaining().toMillis(), 1, Integer.MAX_VALUE);
  }
}
