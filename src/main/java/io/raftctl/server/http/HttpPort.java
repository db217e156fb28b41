package io.raftctl.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.raftctl.transport.grpc.IoThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A port that speaks nothing but HTTP/1.1. It is bound at once, and whoever connects waits until
/// it is started.
@SuppressWarnings("FutureReturnValueIgnored") // A close that fails finds nothing to close.
public final class HttpPort implements AutoCloseable {
  /// Room for one body of the largest legal size and some small ones.
  private static final long BODY_BYTES = 8L << 20;

  private static final long CLOSE_MILLIS_MAX = 500;

  private final Channel channel;

  private HttpPort(Channel channel) {
    this.channel = channel;
  }

  /// @param connectionsMax one more is closed without a word
  public static HttpPort bind(
      InetSocketAddress address, Routes routes, int connectionsMax, IoThread io)
      throws IOException {
    BodyBudget budget = new BodyBudget(BODY_BYTES);
    AtomicInteger connections = new AtomicInteger();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(io.group())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false) // Nobody is let in before the start.
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    connection.closeFuture().addListener(_ -> connections.decrementAndGet());
                    if (connections.incrementAndGet() > connectionsMax) {
                      connection.close();
                    } else {
                      HttpConnection.addTo(connection.pipeline(), routes, budget);
                    }
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause());
    }
    return new HttpPort(bound.channel());
  }

  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /// Lets connections in, those that wait already first.
  public void start() {
    channel.config().setAutoRead(true);
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
  }
}
