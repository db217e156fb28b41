package io.raftctl.client.stream;

import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.raftctl.client.Endpoints;
import io.raftctl.client.LeaderSearch;
import io.raftctl.client.Outcome;
import io.raftctl.client.Problem;
import io.raftctl.client.RequestId;
import io.raftctl.client.Session;
import io.raftctl.client.wire.Deadline;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.proto.CommandSize;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.CommandOutcome;
import io.raftctl.proto.v1.CommandRequest;
import io.raftctl.proto.v1.Done;
import io.raftctl.proto.v1.OutcomeBatch;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps many commands under way on one stream to the leader, and follows the leader.
/// - **Each request has one outcome**, told to its callback once, within the timeout. Outcomes come
///   in any order.
/// - **Sent again until that is known.** Where a stream breaks or a node is silent, what has no
///   outcome goes again on the next one, under the same request id, and the cluster applies it
///   once. Only what is in doubt when its time is over ends as [Outcome.Indeterminate].
/// - **In order.** Of two commands that are done, the one that was submitted first stands first in
///   the log: each names the one that it follows. What is indeterminate has no place: it may enter
///   the log later, after commands that were submitted after it, so whoever needs the order uses a
///   client that [stops][#stoppingAtFirstFailure] there.
///
/// Any thread may submit, and none waits: past [#PENDING_MAX] requests the answer is that there is
/// no room. A single event loop does all the rest and calls the callbacks, which must not wait.
public final class StreamClient implements AutoCloseable {
  static {
    // Read when Netty's classes load; its flight recorder events cost 50 ms of that.
    System.setProperty("io.netty.jfr.enabled", "false");
  }

  /// How many requests may be without an outcome at once.
  public static final int PENDING_MAX = 1 << 16;

  /// Of what was never sent, so that no node has heard of it.
  private static final RequestId UNSENT = new RequestId(0, 0);

  private static final int BATCH_MAX = 512;
  private static final int BATCH_BYTES_MAX = 1 << 20;
  private static final long SWEEP_MILLIS = 20;
  private static final long PAUSE_MILLIS_MIN = 10;
  private static final int PAUSE_DOUBLED_MAX = 3;

  private final Endpoints endpoints;
  private final Duration timeout;
  private final boolean stopsAtFirstFailure;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("stream client", true), NioIoHandler.newFactory());
  private final EventLoop loop = group.next();

  private record Submitted(byte[] command, boolean readOnly, Consumer<? super Outcome> done) {}

  private final Queue<Submitted> submitted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicInteger pending = new AtomicInteger();

  // What follows belongs to the event loop.
  private final InFlight inFlight = new InFlight();

  private Session session = new Session();
  private long lastSequence;

  /// The cluster has forgotten the session: a new one is needed as soon as nothing is in doubt.
  private boolean sessionExpired;

  private final Patience patience;

  private @Nullable StreamConnection connection;

  /// Whether a leader is being looked for, or the next search is due later.
  private boolean searching;

  /// The current connection's node is not the one to ask; leave it once all it has is settled.
  private boolean leaving;

  private boolean closed;

  /// A command was not done, and so nothing more is to be sent.
  private boolean stopped;

  private @Nullable Endpoint hint;

  /// Searches since the last command was done.
  private int fruitless;

  /// Why nothing could be sent last, for the person whose request runs out of time.
  private String reason = "no node was asked yet";

  private final StreamConnection.Listener listener =
      new StreamConnection.Listener() {
        @Override
        public void onReady(StreamConnection from) {
          pump();
        }

        @Override
        public void onOutcomes(StreamConnection from, OutcomeBatch outcomes) {
          patience.heard(System.nanoTime());
          outcomes.getOutcomesList().forEach(StreamClient.this::onOutcome);
          pump();
        }

        @Override
        public void onClosed(StreamConnection from, String why) {
          connection = null;
          reason = why;
          inFlight.lose();
          pump();
        }
      };

  /// @param timeout how long a request may take in all
  public StreamClient(Endpoints endpoints, Duration timeout) {
    this(endpoints, timeout, false);
  }

  /// A client for commands that build on each other: from the first outcome on that is not
  /// [Outcome.Done], nothing more is sent, and what was not sent by then is [Outcome.NotApplied].
  public static StreamClient stoppingAtFirstFailure(Endpoints endpoints, Duration timeout) {
    return new StreamClient(endpoints, timeout, true);
  }

  private StreamClient(Endpoints endpoints, Duration timeout, boolean stopsAtFirstFailure) {
    this.endpoints = endpoints;
    this.timeout = timeout;
    this.stopsAtFirstFailure = stopsAtFirstFailure;
    this.patience = new Patience(timeout);
    var _ =
        loop.scheduleWithFixedDelay(this::pump, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Submits a command.
  ///
  /// @param command not changed afterwards
  public void submit(byte[] command, Consumer<? super Outcome> done) {
    enqueue(new Submitted(command, false, done));
  }

  /// Reads linearizably; keeps no order with the commands.
  public void read(byte[] command, Consumer<? super Outcome> done) {
    enqueue(new Submitted(command, true, done));
  }

  /// Ends what has no outcome as indeterminate where it may have been taken, and as not applied
  /// where it was not. Waits for the event loop, which would hold up the exit of the process. Not
  /// to be called by a callback.
  @Override
  public void close() {
    if (group.isShuttingDown()) {
      return; // Closed before.
    }
    var _ = onLoop(this::closeNow); // Closed already, else.
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void enqueue(Submitted request) {
    if (request.command().length > CommandSize.BYTES_MAX) {
      request.done().accept(new Outcome.NotApplied(UNSENT, tooLarge()));
      return;
    }
    if (pending.incrementAndGet() > PENDING_MAX) {
      pending.decrementAndGet();
      request.done().accept(notApplied(UNSENT, "too many requests are under way"));
      return;
    }
    submitted.add(request);
    if (scheduled.compareAndSet(false, true) && !onLoop(this::drain)) {
      refuseSubmitted();
    }
  }

  /// What came in since the last time makes one batch.
  private void drain() {
    scheduled.set(false);
    if (closed) {
      refuseSubmitted();
      return;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    for (Submitted next = submitted.poll(); next != null; next = submitted.poll()) {
      lastSequence++;
      inFlight.add(
          new Request(lastSequence, next.command(), next.readOnly(), deadline, next.done()));
    }
    pump();
  }

  /// Does whatever can be done now.
  private void pump() {
    if (closed) {
      return;
    }
    expire();
    if (stopped) {
      abandonUnsent("a command before it was not done");
    }
    if (connection != null && mustLeave()) {
      connection.close();
      connection = null;
      inFlight.lose();
    }
    if (connection == null) {
      leaving = false;
      inFlight.rewind();
      renewExpired();
      if (!searching && inFlight.wantsToSend()) {
        search();
      }
    } else if (!leaving) {
      send(connection);
    }
  }

  /// Nothing that is not in doubt can have been applied in the session that expired.
  private void renewExpired() {
    if (sessionExpired && !inFlight.hasDoubtful()) {
      sessionExpired = false;
      session = new Session();
      hint = null; // A search tells since when the session can exist.
      inFlight.renew();
    }
  }

  private boolean mustLeave() {
    return inFlight.isSettled() ? leaving || inFlight.isHeld() : isSilent();
  }

  private boolean isSilent() {
    if (!patience.isOver(System.nanoTime())) {
      return false;
    }
    reason = "the node is silent";
    return true;
  }

  private void send(StreamConnection ready) {
    while (ready.isReady()) {
      long settledBelow = inFlight.settledBelow();
      boolean first = inFlight.isSettled();
      List<InFlight.Sending> sendings = inFlight.take(BATCH_MAX, BATCH_BYTES_MAX);
      if (sendings.isEmpty()) {
        return;
      }
      long now = System.nanoTime();
      if (first) {
        patience.heard(now);
      }
      CommandBatch.Builder batch = CommandBatch.newBuilder();
      for (InFlight.Sending sending : sendings) {
        batch.addRequests(encode(sending, now).setSettledBelow(settledBelow));
      }
      ready.send(batch.build());
    }
  }

  /// The node is told to answer a little earlier than we give up, so that what it knows arrives.
  private CommandRequest.Builder encode(InFlight.Sending sending, long nowNanos) {
    Request request = sending.request();
    long millis = TimeUnit.NANOSECONDS.toMillis(request.deadlineNanos() - nowNanos);
    return CommandRequest.newBuilder()
        .setSession(session.id())
        .setSequence(request.sequence())
        .setSince(session.since())
        .setAfter(sending.after())
        .setCommand(UnsafeByteOperations.unsafeWrap(request.command()))
        .setTimeoutMillis((int) Math.max(1, millis - Math.min(millis / 10, 200)))
        .setReadOnly(request.readOnly());
  }

  private void onOutcome(CommandOutcome outcome) {
    long sequence = outcome.getSequence();
    switch (outcome.getKindCase()) {
      case DONE -> done(sequence, outcome.getDone());
      case REFUSED -> {
        Problem problem = new Problem(Problem.Code.INVALID, outcome.getRefused().getReason(), "");
        end(inFlight.remove(sequence), problem);
      }
      case NOT_LEADER -> {
        hint = endpoint(outcome.getNotLeader().getAddress());
        reason = "the node that led leads no longer";
        inFlight.refuse(sequence);
      }
      case UNAVAILABLE -> {
        reason = outcome.getUnavailable().getReason();
        inFlight.refuse(sequence);
      }
      case INDETERMINATE -> doubt(sequence, outcome.getIndeterminate().getReason());
      case CANCELLED -> {
        Request request = inFlight.done(sequence);
        if (request != null) {
          settle(request, new Outcome.NotApplied(id(request), cancelled()));
        }
      }
      case FORGOTTEN -> forgotten(sequence);
      case KIND_NOT_SET -> doubt(sequence, "the node answered in a way that is not known here");
    }
  }

  private void done(long sequence, Done done) {
    Request request = inFlight.done(sequence);
    if (request != null) { // Else its time was over before.
      fruitless = 0;
      patience.rewarded();
      settle(
          request,
          new Outcome.Done(
              id(request), done.getIndex(), done.getTerm(), done.getOk(), done.getReply()));
    }
  }

  /// A node that cannot tell may be cut off from its cluster, so look for another one.
  private void doubt(long sequence, String why) {
    leaving = true;
    reason = why;
    inFlight.doubt(sequence);
  }

  private void forgotten(long sequence) {
    reason = "the session has expired";
    sessionExpired = true;
    if (inFlight.isDoubtful(sequence)) {
      end(inFlight.remove(sequence), unavailable(reason));
    } else {
      inFlight.refuse(sequence);
    }
  }

  private void expire() {
    List<Request> expired = inFlight.expire(System.nanoTime());
    leaving |= expired.stream().anyMatch(request -> inFlight.isDoubtful(request.sequence()));
    expired.forEach(request -> end(request, unavailable("no leader took it in time: " + reason)));
  }

  /// Off the loop, because it waits: for nodes, and for names to be resolved. The first search
  /// after a success starts at once, each further one later than the one before.
  private void search() {
    searching = true;
    Endpoint known = hint;
    hint = null;
    long pause = fruitless == 0 ? 0 : PAUSE_MILLIS_MIN << Math.min(fruitless, PAUSE_DOUBLED_MAX);
    fruitless++;
    var _ = loop.schedule(() -> startSearch(known), pause, TimeUnit.MILLISECONDS);
  }

  private void startSearch(@Nullable Endpoint known) {
    Runnable search =
        () -> {
          LeaderSearch.Found found =
              known == null
                  ? LeaderSearch.search(endpoints, Deadline.after(timeout))
                  : new LeaderSearch.Found(known, "", -1);
          Endpoint leader = found.endpoint();
          InetSocketAddress address =
              leader == null ? null : new InetSocketAddress(leader.host(), leader.port());
          var _ = onLoop(() -> onFound(address, found));
        };
    Thread.ofPlatform().daemon().name("leader search").start(search);
  }

  private void onFound(@Nullable InetSocketAddress address, LeaderSearch.Found found) {
    searching = false;
    if (closed) {
      return;
    }
    session.learn(found.commitIndex());
    if (address == null || address.isUnresolved()) {
      reason = address == null ? found.reason() : address.getHostString() + " is not a known host";
      pump();
      return;
    }
    if (!session.isDated()) { // It was renewed while a hint was looked up.
      pump();
      return;
    }
    connection = new StreamConnection(address, loop, listener);
    connection.open();
  }

  private void closeNow() {
    closed = true;
    if (connection != null) {
      connection.close();
    }
    inFlight.lose();
    abandonUnsent("the client was closed");
    refuseSubmitted();
  }

  private void abandonUnsent(String why) {
    reason = why;
    inFlight.abandon().forEach(request -> end(request, unavailable(why)));
  }

  /// What comes in after the end, on whatever thread.
  private void refuseSubmitted() {
    scheduled.set(false);
    for (Submitted next = submitted.poll(); next != null; next = submitted.poll()) {
      pending.decrementAndGet();
      next.done().accept(notApplied(UNSENT, "the client was closed"));
    }
  }

  /// False where the loop has ended, and nothing matters any more.
  private boolean onLoop(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /// The request ends without having been done. In doubt nobody knows whether it was; the problem
  /// is why nobody will.
  private void end(@Nullable Request request, Problem problem) {
    if (request == null) {
      return; // Its time was over before.
    }
    RequestId id = id(request);
    settle(
        request,
        inFlight.giveUp(request)
            ? new Outcome.Indeterminate(id, session.since(), reason)
            : new Outcome.NotApplied(id, problem));
  }

  private RequestId id(Request request) {
    return new RequestId(session.id(), request.sequence());
  }

  private static Outcome notApplied(RequestId id, String why) {
    return new Outcome.NotApplied(id, unavailable(why));
  }

  private static Problem unavailable(String why) {
    return new Problem(Problem.Code.UNAVAILABLE, why, "look with 'raftctl status'");
  }

  private static Problem cancelled() {
    return new Problem(
        Problem.Code.CANCELLED,
        "the request was cancelled before it was applied, and never will be",
        "submit the command again, if it is still wanted");
  }

  private static Problem tooLarge() {
    String size = "the command is larger than " + CommandSize.BYTES_MAX + " bytes";
    return new Problem(Problem.Code.TOO_LARGE, size, "split it: no node takes more");
  }

  private void settle(Request request, Outcome outcome) {
    pending.decrementAndGet();
    stopped |= stopsAtFirstFailure && !(outcome instanceof Outcome.Done);
    request.done().accept(outcome);
  }

  private static @Nullable Endpoint endpoint(String address) {
    try {
      return address.isEmpty() ? null : Endpoint.parse(address);
    } catch (IllegalArgumentException e) {
      return null; // A hint is only that.
    }
  }
}
