package io.raftctl.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;

/// The body of a response whose length nobody knows before its end. Whoever writes waits until the
/// connection has taken what was written, so a slow client costs one thread and one piece of
/// memory.
final class StreamedBody extends OutputStream {
  /// A client that takes nothing for so long is given up.
  private static final long WRITE_SECONDS_MAX = 30;

  private final ChannelHandlerContext ctx;

  StreamedBody(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (length > 0) {
      await(ctx.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(bytes, from, length))));
    }
  }

  private static void await(ChannelFuture written) throws IOException {
    try {
      if (!written.await(WRITE_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IOException("the client does not read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (!written.isSuccess()) {
      throw new IOException("the client is gone", written.cause());
    }
  }
}
