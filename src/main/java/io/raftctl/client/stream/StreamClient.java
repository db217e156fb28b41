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
/// - **Sent again only while it certainly was not taken.** Where a stream breaks, all that was sent
///   on it and has no outcome is [Outcome.Indeterminate]; only reads go again.
/// - **In order.** Of two commands that are done, the one that was submitted first stands first in
///   the log. To keep that, a command that was refused while a later one was taken ends as
///   [Outcome.NotApplied]. What is indeterminate has no place: it may enter the log later, after
///   commands that were submitted after it, so whoever needs the order uses a client that
///   [stops][#stoppingAtFirstFailure] there.
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

  /// The nodes' own limit. A batch that is larger than a message may be would break the stream, and
  /// with it everything that is under way.
  private static final int COMMAND_BYTES_MAX = 1 << 20;

  private static final int BATCH_MAX = 512;
  private static final int BATCH_BYTES_MAX = 1 << 20;
  private static final long SWEEP_MILLIS = 20;
  private static final long PAUSE_MILLIS_MIN = 10;
  private static final int PAUSE_DOUBLED_MAX = 3;

  private final Endpoints endpoints;
  private final Duration timeout;
  private final boolean stopsAtFirstFailure;
  private final Session session = new Session();

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
          outcomes.getOutcomesList().forEach(StreamClient.this::onOutcome);
          pump();
        }

        @Override
        public void onClosed(StreamConnection from, String why) {
          connection = null;
          reason = why;
          inFlight.lose().forEach(request -> indeterminate(request, why));
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

  /// Ends what has no outcome as indeterminate where it was sent, and as not applied where it was
  /// not. Waits for the event loop, which would hold up the exit of the process. Not to be called
  /// by a callback.
  @Override
  public void close() {
    if (group.isShuttingDown()) {
      return; // Closed before.
    }
    var _ = onLoop(this::closeNow); // Closed already, else.
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void enqueue(Submitted request) {
    if (request.command().length > COMMAND_BYTES_MAX) {
      request.done().accept(new Outcome.NotApplied(session.next(), tooLarge()));
      return;
    }
    if (pending.incrementAndGet() > PENDING_MAX) {
      pending.decrementAndGet();
      request.done().accept(notApplied(session.next(), "too many requests are under way"));
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
      inFlight.add(
          new Request(session.next(), next.command(), next.readOnly(), deadline, next.done()));
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
    }
    if (connection == null) {
      leaving = false;
      inFlight.rewind().forEach(request -> settle(request, overtaken(request)));
      if (!searching && inFlight.wantsToSend()) {
        search();
      }
    } else if (!leaving) {
      send(connection);
    }
  }

  private boolean mustLeave() {
    return (leaving || inFlight.isHeld()) && inFlight.isSettled();
  }

  private void send(StreamConnection ready) {
    while (ready.isReady()) {
      List<Request> requests = inFlight.take(BATCH_MAX, BATCH_BYTES_MAX);
      if (requests.isEmpty()) {
        return;
      }
      long now = System.nanoTime();
      CommandBatch.Builder batch = CommandBatch.newBuilder();
      for (Request request : requests) {
        batch.addRequests(encode(request, now));
      }
      ready.send(batch.build());
    }
  }

  /// The node is told to answer a little earlier than we give up, so that what it knows arrives.
  private static CommandRequest encode(Request request, long nowNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(request.deadlineNanos() - nowNanos);
    return CommandRequest.newBuilder()
        .setSession(request.id().session())
        .setSequence(request.sequence())
        .setCommand(UnsafeByteOperations.unsafeWrap(request.command()))
        .setTimeoutMillis((int) Math.max(1, millis - Math.min(millis / 10, 200)))
        .setReadOnly(request.readOnly())
        .build();
  }

  private void onOutcome(CommandOutcome outcome) {
    long sequence = outcome.getSequence();
    switch (outcome.getKindCase()) {
      case DONE -> {
        fruitless = 0;
        Done done = outcome.getDone();
        settle(
            inFlight.settle(sequence, true),
            id ->
                new Outcome.Done(
                    id, done.getIndex(), done.getTerm(), done.getOk(), done.getReply()));
      }
      case REFUSED -> {
        Problem problem = new Problem(Problem.Code.INVALID, outcome.getRefused().getReason(), "");
        settle(inFlight.settle(sequence, false), id -> new Outcome.NotApplied(id, problem));
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
      case INDETERMINATE -> unknown(sequence, outcome.getIndeterminate().getReason());
      case KIND_NOT_SET -> unknown(sequence, "the node answered in a way that is not known here");
    }
  }

  /// A node that cannot tell may be cut off from its cluster, so look for another one.
  private void unknown(long sequence, String why) {
    leaving = true;
    settle(inFlight.settle(sequence, true), id -> new Outcome.Indeterminate(id, why));
  }

  private void expire() {
    long now = System.nanoTime();
    List<Request> silent = inFlight.expireSent(now);
    leaving |= !silent.isEmpty();
    silent.forEach(request -> indeterminate(request, "no answer in time"));
    inFlight
        .expireUnsent(now)
        .forEach(
            request ->
                settle(request, notApplied(request.id(), "no leader took it in time: " + reason)));
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
                  : new LeaderSearch.Found(known, "");
          Endpoint leader = found.endpoint();
          InetSocketAddress address =
              leader == null ? null : new InetSocketAddress(leader.host(), leader.port());
          var _ = onLoop(() -> onFound(address, found.reason()));
        };
    Thread.ofPlatform().daemon().name("leader search").start(search);
  }

  private void onFound(@Nullable InetSocketAddress address, String why) {
    searching = false;
    if (closed) {
      return;
    }
    if (address == null || address.isUnresolved()) {
      reason = address == null ? why : address.getHostString() + " is not a known host";
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
    inFlight.lose().forEach(request -> indeterminate(request, "the client was closed"));
    abandonUnsent("the client was closed");
    refuseSubmitted();
  }

  private void abandonUnsent(String why) {
    inFlight.abandon().forEach(request -> settle(request, notApplied(request.id(), why)));
  }

  /// What comes in after the end, on whatever thread.
  private void refuseSubmitted() {
    scheduled.set(false);
    for (Submitted next = submitted.poll(); next != null; next = submitted.poll()) {
      pending.decrementAndGet();
      next.done().accept(notApplied(session.next(), "the client was closed"));
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

  private void indeterminate(Request request, String why) {
    settle(request, new Outcome.Indeterminate(request.id(), why));
  }

  private static Outcome overtaken(Request request) {
    return notApplied(
        request.id(), "a later command was taken before this one could be sent again");
  }

  private static Outcome notApplied(RequestId id, String why) {
    return new Outcome.NotApplied(
        id, new Problem(Problem.Code.UNAVAILABLE, why, "look with 'raftctl status'"));
  }

  private static Problem tooLarge() {
    String size = "the command is larger than " + COMMAND_BYTES_MAX + " bytes";
    return new Problem(Problem.Code.TOO_LARGE, size, "split it: no node takes more");
  }

  private interface Naming {
    Outcome of(RequestId id);
  }

  private void settle(@Nullable Request request, Naming outcome) {
    if (request != null) { // Else its time was over before.
      settle(request, outcome.of(request.id()));
    }
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
