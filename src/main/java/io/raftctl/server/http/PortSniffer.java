package io.raftctl.server.http;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Lets gRPC and HTTP/1.1 share one port: the first bytes of a connection tell which it is.
///
/// gRPC opens with the preface of HTTP/2; a request of HTTP/1.1 opens with the capital letters of
/// its method. Anything else is closed without a word, as is a connection that does not say in time
/// what it is, or one too many.
///
/// This file leans on classes of gRPC that are named Internal; it is the only one that does.
public final class PortSniffer implements InternalProtocolNegotiator.ProtocolNegotiator {
  /// Connections open at once, of both kinds.
  public static final int CONNECTIONS_MAX = 4096;

  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int TELLING_BYTES = 4;
  private static final Duration FIRST_BYTES_MAX = Duration.ofSeconds(10);

  private final InternalProtocolNegotiator.ProtocolNegotiator grpc =
      InternalProtocolNegotiators.serverPlaintext();
  private final BodyBudget budget = new BodyBudget(64L << 20);
  private final AtomicInteger connections = new AtomicInteger();
  private final Routes routes;
  private final int connectionsMax;
  private final Duration firstBytesMax;

  public PortSniffer(Routes routes) {
    this(routes, CONNECTIONS_MAX, FIRST_BYTES_MAX);
  }

  PortSniffer(Routes routes, int connectionsMax, Duration firstBytesMax) {
    this.routes = routes;
    this.connectionsMax = connectionsMax;
    this.firstBytesMax = firstBytesMax;
  }

  @Override
  public AsciiString scheme() {
    return grpc.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
    return new Sniffer(grpc.newHandler(handler));
  }

  @Override
  public void close() {
    grpc.close();
  }

  private enum Guess {
    WAIT,
    GRPC,
    HTTP,
    GARBAGE
  }

  private static Guess guess(ByteBuf in) {
    int start = in.readerIndex();
    int length = Math.min(in.readableBytes(), HTTP2_PREFACE.length);
    int same = 0;
    while (same < length && in.getByte(start + same) == HTTP2_PREFACE[same]) {
      same++;
    }
    if (same == HTTP2_PREFACE.length) {
      return Guess.GRPC;
    }
    if (same == length) {
      return Guess.WAIT; // As far as it goes, it is the preface.
    }
    for (int i = 0; i < Math.min(length, TELLING_BYTES); i++) {
      int letter = in.getByte(start + i);
      // The shortest method has three letters, then a blank.
      if ((letter < 'A' || letter > 'Z') && !(i == TELLING_BYTES - 1 && letter == ' ')) {
        return Guess.GARBAGE;
      }
    }
    return length < TELLING_BYTES ? Guess.WAIT : same < TELLING_BYTES ? Guess.HTTP : Guess.GARBAGE;
  }

  /// Waits for the first bytes of one connection, then makes room for whoever understands them.
  @SuppressWarnings("FutureReturnValueIgnored") // A close that fails finds nothing to close.
  private final class Sniffer extends ByteToMessageDecoder {
    private final ChannelHandler grpcHandler;

    /// What gRPC has said to its first handler; repeated to the handler that comes in its place.
    private @Nullable ProtocolNegotiationEvent start;

    private @Nullable Future<?> deadline;

    Sniffer(ChannelHandler grpcHandler) {
      this.grpcHandler = grpcHandler;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().closeFuture().addListener(closed -> connections.decrementAndGet());
      if (connections.incrementAndGet() > connectionsMax) {
        ctx.close();
      }
      deadline =
          ctx.executor()
              .schedule((Runnable) ctx::close, firstBytesMax.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof ProtocolNegotiationEvent negotiation) {
        start = negotiation;
      } else {
        super.userEventTriggered(ctx, event);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      switch (guess(in)) {
        case WAIT -> {}
        case GRPC -> becomeGrpc(ctx);
        case HTTP -> becomeHttp(ctx);
        case GARBAGE -> {
          in.skipBytes(in.readableBytes());
          ctx.close();
        }
      }
    }

    private void becomeGrpc(ChannelHandlerContext ctx) {
      ctx.pipeline().addAfter(ctx.name(), null, grpcHandler);
      if (start != null) {
        ctx.fireUserEventTriggered(start);
      }
      ctx.pipeline().remove(this); // Hands on the bytes that it has kept.
    }

    private void becomeHttp(ChannelHandlerContext ctx) {
      ChannelPipeline pipeline = ctx.pipeline();
      // gRPC's last handler would end a connection that is not gRPC's within its handshake time.
      while (pipeline.last() != this) {
        pipeline.removeLast();
      }
      HttpConnection.addTo(pipeline, routes, budget);
      pipeline.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
