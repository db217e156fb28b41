package io.raftctl.transport.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.raftctl.proto.v1.Arrived;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.proto.v1.PeerGrpc;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One queue of messages to one peer, and the connection that carries them.
///
/// Any thread may [#offer]; the rest happens on the [IoThread]. A connection is opened when there
/// is something to send, and abandoned when it fails, when the peer refuses, or when the peer has
/// not answered for [#SILENCE_NANOS_MAX]. What waited for it then is dropped: Raft sends again what
/// still matters, and old messages would only delay it. The next attempt follows at most
/// [#BACKOFF_MILLIS_MAX] later, with the name resolved again, or where the peer says that it is.
///
/// gRPC's own reconnection is not used. It waits up to two minutes between attempts, and a peer
/// that is back must be heard of within an election timeout.
final class PeerLane {
  static final long SILENCE_NANOS_MAX = Duration.ofSeconds(2).toNanos();
  static final long BACKOFF_MILLIS_MAX = 150;

  private static final long BACKOFF_MILLIS_MIN = 25;
  private static final long BACKOFF_MILLIS_REFUSED = 1000;
  private static final long ASK_INTERVAL_NANOS = Duration.ofMillis(250).toNanos();
  private static final long BATCH_BYTES_MAX = 1 << 20;

  private final GrpcTransport transport;
  private final NodeId peer;
  private final Address address;
  private final Outbox outbox;

  /// Where the peer says that it is, where that is not `address`.
  private volatile @Nullable Address said;

  private final AtomicBoolean awake = new AtomicBoolean();

  // From here on: touched by the I/O thread only.
  private State state = State.IDLE;
  private @Nullable Stream stream;

  /// Where `stream` goes.
  private Address reached;

  /// Whether the next attempt is where the peer says that it is.
  private boolean whereSaid;

  private long backoffMillis = BACKOFF_MILLIS_MIN;

  private enum State {
    /// Nothing to send, no connection.
    IDLE,
    /// The name is being resolved.
    RESOLVING,
    /// `stream` is there; it may still be connecting.
    STREAMING,
    /// The last attempt failed a moment ago.
    BACKING_OFF,
    CLOSED
  }

  PeerLane(GrpcTransport transport, NodeId peer, Address address, Outbox outbox) {
    this.transport = transport;
    this.peer = peer;
    this.address = address;
    this.reached = address;
    this.outbox = outbox;
  }

  /// Queues the message and sees that it leaves soon; drops it where the queue is full or the link
  /// is cut.
  void offer(Message message) {
    if (transport.faults().cutsTo(peer)) {
      transport.traffic().droppedByFault.increment();
      return;
    }
    if (!outbox.offer(message)) {
      transport.traffic().droppedByQueue.increment();
    }
    wake();
  }

  /// The peer says where it is. Attempts are made there and at `address` by turns; whoever was
  /// reached elsewhere is not the peer, if the peer is at `address`.
  void hear(Address says) {
    said = says.equals(address) ? null : says;
    if (said == null) {
      transport.io().execute(this::leaveOther);
    }
  }

  private void leaveOther() {
    if (stream != null && said == null && !reached.equals(address)) {
      fail(backoffMillis);
    }
  }

  private Address where() {
    Address there = said;
    return whereSaid && there != null ? there : address;
  }

  /// Has the queue drained soon; many calls in a row cost one task.
  void wake() {
    if (awake.compareAndSet(false, true)) {
      transport.io().execute(this::drain);
    }
  }

  /// Opens a connection ahead of the first message.
  void connect() {
    if (state == State.IDLE) {
      state = State.RESOLVING;
      Address next = where();
      Thread.ofVirtual().name("resolve " + next).start(() -> resolve(next));
    }
  }

  private void resolve(Address next) {
    try {
      InetSocketAddress resolved = Channels.resolve(next);
      transport.io().execute(() -> open(resolved, next));
    } catch (IOException unknownHost) {
      transport.io().execute(() -> fail(backoffMillis));
    }
  }

  private void open(InetSocketAddress resolved, Address next) {
    if (state == State.RESOLVING) {
      state = State.STREAMING;
      reached = next;
      Stream opened = new Stream(Channels.open(transport.io(), resolved));
      stream = opened;
      opened.start();
      leaveOther(); // The peer may have said where it is meanwhile.
    }
  }

  private void drain() {
    awake.set(false);
    if (stream != null) {
      stream.drain();
    } else if (!outbox.isEmpty()) {
      connect();
    }
  }

  /// Abandons the connection, and with it what waited for it.
  private void fail(long retryMillis) {
    if (state == State.CLOSED) {
      return;
    }
    abandon();
    whereSaid = !whereSaid;
    state = State.BACKING_OFF;
    transport.traffic().droppedByQueue.add(outbox.clear());
    backoffMillis = Math.min(BACKOFF_MILLIS_MAX, backoffMillis * 2);
    transport.io().schedule(Duration.ofMillis(retryMillis), this::retry);
  }

  private void retry() {
    if (state == State.BACKING_OFF) {
      state = State.IDLE;
      drain();
    }
  }

  /// Looks after a peer that accepts connections but does not answer.
  void check(long nowNanos) {
    if (stream != null && stream.silentNanos(nowNanos) > SILENCE_NANOS_MAX) {
      fail(backoffMillis);
    }
  }

  void close() {
    state = State.CLOSED;
    abandon();
    outbox.clear();
  }

  private void abandon() {
    if (stream != null) {
      Stream abandoned = stream;
      stream = null;
      abandoned.channel.shutdownNow();
    }
  }

  /// The next messages under the byte limit, or null where there are none. The link may have been
  /// cut while they waited, so each is judged again.
  private PeerBatch.@Nullable Builder nextBatch() {
    PeerBatch.Builder batch = transport.batchTo(peer);
    long bytesLeft = BATCH_BYTES_MAX;
    while (true) {
      // A message above the limit travels alone.
      Message message = outbox.poll(bytesLeft == BATCH_BYTES_MAX ? Long.MAX_VALUE : bytesLeft);
      if (message == null) {
        return batch.getMessagesCount() == 0 ? null : batch;
      }
      if (transport.faults().cutsTo(peer)) {
        transport.traffic().droppedByFault.increment();
      } else {
        batch.addMessages(MessageCodec.encode(message));
        bytesLeft -= MessageCodec.sizeOf(message);
      }
    }
  }

  /// One attempt to talk to the peer. Once the lane has abandoned it, it changes nothing more.
  private final class Stream implements ClientResponseObserver<PeerBatch, Arrived> {
    private final ManagedChannel channel;
    private @Nullable ClientCallStreamObserver<PeerBatch> requests;
    private long asks;

    /// Whether the peer was told who this is.
    private boolean introduced;

    /// When the oldest unanswered ask left; 0 where all are answered.
    private long askedNanos;

    /// When the last ask left.
    private long lastAskNanos = System.nanoTime() - ASK_INTERVAL_NANOS;

    /// Since when messages wait that the connection does not take; 0 where none do.
    private long stuckNanos;

    Stream(ManagedChannel channel) {
      this.channel = channel;
    }

    @SuppressWarnings("CheckReturnValue") // The request side comes through beforeStart().
    void start() {
      PeerGrpc.newStub(channel).deliver(this);
      drain();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<PeerBatch> requestStream) {
      requests = requestStream;
      requestStream.setOnReadyHandler(this::drain);
    }

    void drain() {
      if (stream != this || requests == null) {
        return;
      }
      while (requests.isReady()) {
        stuckNanos = 0;
        PeerBatch.Builder batch = nextBatch();
        if (batch == null && (introduced || !transport.maySpeak(peer))) {
          return;
        }
        // Whoever has nothing to say is to be found all the same: it says where it is.
        batch = batch == null ? transport.batchTo(peer) : batch;
        transport.traffic().sent.add(batch.getMessagesCount());
        if (!introduced) {
          transport.introduce(batch);
          introduced = true;
        }
        requests.onNext(asking(batch).build());
      }
      if (stuckNanos == 0 && !outbox.isEmpty()) {
        stuckNanos = System.nanoTime();
      }
    }

    private PeerBatch.Builder asking(PeerBatch.Builder batch) {
      long now = System.nanoTime();
      if (askedNanos == 0 && now - lastAskNanos >= ASK_INTERVAL_NANOS) {
        askedNanos = now;
        lastAskNanos = now;
        batch.setAsk(++asks);
      }
      return batch;
    }

    long silentNanos(long now) {
      long byAsk = askedNanos == 0 ? 0 : now - askedNanos;
      long byQueue = stuckNanos == 0 ? 0 : now - stuckNanos;
      return Math.max(byAsk, byQueue);
    }

    @Override
    public void onNext(Arrived arrived) {
      if (stream == this && arrived.getAsk() == asks) {
        askedNanos = 0;
        backoffMillis = BACKOFF_MILLIS_MIN;
      }
    }

    @Override
    public void onError(Throwable error) {
      if (stream == this) {
        Status status = Status.fromThrowable(error);
        if (status.getCode() == Status.Code.UNAVAILABLE) {
          fail(backoffMillis);
        } else {
          transport.refused(peer, where(), status);
          fail(BACKOFF_MILLIS_REFUSED);
        }
      }
    }

    @Override
    public void onCompleted() {
      if (stream == this) {
        fail(backoffMillis);
      }
    }
  }
}
