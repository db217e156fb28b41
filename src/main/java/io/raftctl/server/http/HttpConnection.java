package io.raftctl.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection that speaks HTTP/1.1: reads a request, waits for its answer, writes it, and then
/// reads the next one. Touched only by the thread that serves the connection.
///
/// Each step has a deadline, so that a slow or silent client costs a connection for a while and
/// nothing more. A request that is refused before its end is answered at once; what the client
/// still sends is thrown away unread for a moment, because a connection closed under a sending
/// client takes the answer with it.
@SuppressWarnings("FutureReturnValueIgnored") // A write or close that fails ends the connection.
final class HttpConnection extends ChannelDuplexHandler {
  /// A command of the largest legal size, each byte of it escaped as JSON escapes it, and some
  /// room.
  static final int BODY_BYTES_MAX = (6 << 20) + (64 << 10);

  private static final int LINE_BYTES_MAX = 4096;
  private static final int HEAD_BYTES_MAX = 16_384;
  private static final int CHUNK_BYTES_MAX = 8192;

  private static final Duration HEAD_MAX = Duration.ofSeconds(10);
  private static final Duration BODY_MAX = Duration.ofSeconds(30);
  private static final Duration IDLE_MAX = Duration.ofSeconds(60);
  private static final Duration DISCARD_MAX = Duration.ofSeconds(5);

  private final Routes routes;
  private final BodyBudget budget;
  private Step step = Step.READING;

  /// What the client sent before it had its answer.
  private final Queue<Object> early = new ArrayDeque<>();

  private @Nullable HttpRequest head;
  private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private @Nullable Future<?> deadline;

  private enum Step {
    READING,
    ANSWERING,
    DISCARDING
  }

  private HttpConnection(Routes routes, BodyBudget budget) {
    this.routes = routes;
    this.budget = budget;
  }

  /// Has the connection at the end of the pipeline speak HTTP/1.1 from here on.
  static void addTo(ChannelPipeline pipeline, Routes routes, BodyBudget budget) {
    pipeline.addLast(
        new HttpServerCodec(LINE_BYTES_MAX, HEAD_BYTES_MAX, CHUNK_BYTES_MAX),
        new HttpConnection(routes, budget));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    closeAfter(ctx, HEAD_MAX);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    forgetBody();
    disarm();
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (step == Step.ANSWERING) {
      early.add(message); // No more than one read's worth: reading has been stopped.
    } else {
      accept(ctx, message);
    }
  }

  private void accept(ChannelHandlerContext ctx, Object message) {
    try {
      if (step == Step.DISCARDING) {
        discard(ctx, message);
      } else if (((HttpObject) message).decoderResult().isFailure()) {
        refuse(ctx, Routes.Refusal.MALFORMED);
      } else if (message instanceof HttpRequest request) {
        begin(ctx, request);
      } else if (message instanceof HttpContent content) {
        take(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    head = request;
    closeAfter(ctx, BODY_MAX);
    if (request.protocolVersion().majorVersion() != 1) {
      refuse(ctx, Routes.Refusal.MALFORMED);
    } else if (isEncoded(request)) {
      refuse(ctx, Routes.Refusal.ENCODED);
    } else if (HttpUtil.getContentLength(request, 0L) > BODY_BYTES_MAX) {
      refuse(ctx, Routes.Refusal.TOO_LARGE);
    } else if (HttpUtil.is100ContinueExpected(request)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private static boolean isEncoded(HttpRequest request) {
    List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return !encodings.isEmpty()
        && !(encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked"));
  }

  private void take(ChannelHandlerContext ctx, HttpContent content) {
    ByteBuf bytes = content.content();
    int count = bytes.readableBytes();
    if (body.size() + count > BODY_BYTES_MAX) {
      refuse(ctx, Routes.Refusal.TOO_LARGE);
    } else if (!budget.take(count)) {
      refuse(ctx, Routes.Refusal.BUSY);
    } else {
      body.writeBytes(ByteBufUtil.getBytes(bytes));
      if (content instanceof LastHttpContent) {
        dispatch(ctx);
      }
    }
  }

  private void dispatch(ChannelHandlerContext ctx) {
    HttpRequest request = head;
    if (request == null) {
      return;
    }
    step = Step.ANSWERING;
    disarm();
    ctx.channel().config().setAutoRead(false); // The next request waits for this one's answer.
    byte[] bytes = body.toByteArray();
    forgetBody();
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    try {
      QueryStringDecoder target = new QueryStringDecoder(request.uri());
      Map<String, String> query = new TreeMap<>();
      target.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
      routes.handle(
          new Request(
              request.method().name(),
              target.path(),
              query,
              Provenance.of(request.headers()),
              bytes),
          response -> ctx.executor().execute(() -> answer(ctx, response, keepAlive)));
    } catch (IllegalArgumentException badEscapes) {
      answer(ctx, routes.refusal(Routes.Refusal.MALFORMED), keepAlive);
    }
  }

  private void answer(ChannelHandlerContext ctx, Response response, boolean keepAlive) {
    if (!ctx.channel().isActive()) {
      return;
    }
    Response.Stream stream = response.stream();
    if (stream != null) {
      Thread.ofVirtual().name("stream").start(() -> stream(ctx, response, stream));
      return;
    }
    FullHttpResponse message = message(response, keepAlive);
    if (!keepAlive) {
      ctx.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    ctx.writeAndFlush(message);
    step = Step.READING;
    head = null;
    closeAfter(ctx, IDLE_MAX);
    while (step != Step.ANSWERING && !early.isEmpty()) {
      accept(ctx, early.remove());
    }
    ctx.channel().config().setAutoRead(step != Step.ANSWERING);
  }

  /// Writes a body piece by piece, and ends the connection with it.
  private static void stream(ChannelHandlerContext ctx, Response response, Response.Stream stream) {
    DefaultHttpResponse head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
    head.headers().set(HttpHeaderNames.CONNECTION, "close");
    HttpUtil.setTransferEncodingChunked(head, true);
    ctx.writeAndFlush(head);
    try {
      stream.writeTo(new StreamedBody(ctx));
      ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(ChannelFutureListener.CLOSE);
    } catch (IOException | RuntimeException e) {
      ctx.close(); // Without the last chunk: the client sees that it is not all.
    }
  }

  /// Answers before the request has ended, and takes nothing more from this client.
  private void refuse(ChannelHandlerContext ctx, Routes.Refusal refusal) {
    step = Step.DISCARDING;
    forgetBody();
    closeAfter(ctx, DISCARD_MAX);
    ChannelFuture written = ctx.writeAndFlush(message(routes.refusal(refusal), false));
    boolean clientWaits = head != null && HttpUtil.is100ContinueExpected(head);
    boolean lost = refusal == Routes.Refusal.MALFORMED || refusal == Routes.Refusal.ENCODED;
    if (clientWaits || lost) {
      written.addListener(ChannelFutureListener.CLOSE); // Nothing follows that makes sense.
    }
  }

  private static void discard(ChannelHandlerContext ctx, Object message) {
    if (message instanceof LastHttpContent) {
      ctx.close();
    }
  }

  private static FullHttpResponse message(Response response, boolean keepAlive) {
    FullHttpResponse message =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(response.status()),
            Unpooled.wrappedBuffer(response.body()));
    if (response.status() != HttpResponseStatus.NO_CONTENT.code()) {
      message.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
      message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
    }
    message.headers().set(HttpHeaderNames.CONNECTION, keepAlive ? "keep-alive" : "close");
    return message;
  }

  private void forgetBody() {
    budget.give(body.size());
    body = new ByteArrayOutputStream(0);
  }

  private void closeAfter(ChannelHandlerContext ctx, Duration time) {
    disarm();
    deadline = ctx.executor().schedule((Runnable) ctx::close, time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void disarm() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  /// Whatever gRPC still wants to write here is not for a client of HTTP/1.1.
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ReferenceCountUtil.release(message);
    promise.setSuccess();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
