package io.raftctl.transport.grpc;

import io.grpc.ManagedChannel;
import io.grpc.ProxyDetector;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.raftctl.transport.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// Opens channels from one node to another.
///
/// gRPC's own conveniences are left out: retries, because Raft repeats what matters; service
/// configuration and proxies, because nodes are reached directly; name resolution, because gRPC
/// keeps a resolved name longer than a container keeps its address.
public final class Channels {
  /// A message may hold one entry of the largest legal size, and one batch of ordinary ones beside
  /// it, with room to spare: a follower must never be unable to take what a leader may send.
  public static final int INBOUND_BYTES_MAX = 16 << 20;

  /// Bytes under way on a connection and on a stream. Fixed, because gRPC finds the best size by a
  /// ping with each message that it receives, and that would double the cost of a heartbeat.
  public static final int WINDOW_BYTES = 2 << 20;

  private static final int CONNECT_MILLIS_MAX = 1000;
  private static final ProxyDetector NO_PROXY = target -> null;

  private Channels() {}

  /// Resolves the name; may wait for the network, so never call it on the [IoThread].
  public static InetSocketAddress resolve(Address address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
  }

  /// Opens a channel without waiting; its callbacks run on the thread given.
  public static ManagedChannel open(IoThread io, InetSocketAddress address) {
    return NettyChannelBuilder.forAddress(address)
        .usePlaintext()
        .eventLoopGroup(io.group())
        .channelType(NioSocketChannel.class, InetSocketAddress.class)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
        .directExecutor()
        .disableRetry()
        .disableServiceConfigLookUp()
        .proxyDetector(NO_PROXY)
        .maxInboundMessageSize(INBOUND_BYTES_MAX)
        .flowControlWindow(WINDOW_BYTES)
        .build();
  }
}
