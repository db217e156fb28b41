package io.raftctl.client.stream;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.raftctl.proto.v1.ClientGrpc;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.OutcomeBatch;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One channel with one stream to one node. It is never opened again: what became of the requests
/// must be settled first.
///
/// The event loop owns it, and the listener is called there.
final class StreamConnection {
  interface Listener {
    /// More can be sent.
    void onReady(StreamConnection connection);

    void onOutcomes(StreamConnection connection, OutcomeBatch outcomes);

    /// Nothing comes any more.
    ///
    /// @param reason half a line for a person
    void onClosed(StreamConnection connection, String reason);
  }

  private static final int CONNECT_MILLIS_MAX = 1_000;
  private static final int WINDOW_BYTES = 4 << 20;
  private static final int MESSAGE_BYTES_MAX = 64 << 20;

  private final InetSocketAddress address;
  private final EventLoop loop;
  private final Listener listener;
  private final ManagedChannel channel;
  private @Nullable ClientCallStreamObserver<CommandBatch> requests;
  private boolean closed;

  StreamConnection(InetSocketAddress address, EventLoop loop, Listener listener) {
    this.address = address;
    this.loop = loop;
    this.listener = listener;
    // Nothing of gRPC's that looks around or tries again: whom to ask, and when, is decided here.
    channel =
        NettyChannelBuilder.forAddress(address)
            .usePlaintext()
            .eventLoopGroup(loop)
            .channelType(NioSocketChannel.class)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
            .directExecutor()
            .disableRetry()
            .disableServiceConfigLookUp()
            .proxyDetector(_ -> null)
            .initialFlowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .build();
  }

  void open() {
    var _ = ClientGrpc.newStub(channel).submit(new Observer());
  }

  /// Whether the node is connected and has room; what is sent before that would wait unseen.
  boolean isReady() {
    return !closed && requests != null && requests.isReady();
  }

  void send(CommandBatch batch) {
    if (requests != null) {
      requests.onNext(batch);
    }
  }

  /// Ends the stream without a word to the listener.
  void close() {
    closed = true;
    channel.shutdownNow();
  }

  private void onLoop(Runnable event) {
    if (loop.inEventLoop()) {
      event.run();
    } else {
      loop.execute(event);
    }
  }

  private void closed(String reason) {
    if (!closed) {
      close();
      listener.onClosed(this, reason);
    }
  }

  private final class Observer implements ClientResponseObserver<CommandBatch, OutcomeBatch> {
    @Override
    public void beforeStart(ClientCallStreamObserver<CommandBatch> stream) {
      requests = stream;
      stream.setOnReadyHandler(() -> onLoop(this::ready));
    }

    private void ready() {
      if (!closed) {
        listener.onReady(StreamConnection.this);
      }
    }

    @Override
    public void onNext(OutcomeBatch outcomes) {
      onLoop(() -> take(outcomes));
    }

    private void take(OutcomeBatch outcomes) {
      if (!closed) {
        listener.onOutcomes(StreamConnection.this, outcomes);
      }
    }

    @Override
    public void onError(Throwable error) {
      Status status = Status.fromThrowable(error);
      String detail = status.getDescription() == null ? "" : " " + status.getDescription();
      String reason = "the stream to " + name() + " broke: " + status.getCode() + detail;
      onLoop(() -> closed(reason));
    }

    @Override
    public void onCompleted() {
      onLoop(() -> closed(name() + " ended the stream"));
    }

    private String name() {
      return address.getHostString() + ":" + address.getPort();
    }
  }
}
