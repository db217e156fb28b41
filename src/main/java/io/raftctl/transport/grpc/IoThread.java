package io.raftctl.transport.grpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.Security;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// The one thread that serves all sockets of a node, incoming and outgoing.
///
/// What runs on it never waits, so that one thread is enough, and state that only it touches needs
/// no lock: streams, connections and queues between other threads and the wire are its own.
public final class IoThread implements AutoCloseable {
  static {
    // Read by Netty when its classes are loaded, so they must be set before. One thread needs one
    // arena; small chunks keep an idle node small; recordings for a profiler cost start-up time.
    setDefault("io.netty.jfr.enabled", "false");
    setDefault("io.netty.allocator.numDirectArenas", "1");
    setDefault("io.netty.allocator.numHeapArenas", "1");
    setDefault("io.netty.allocator.maxOrder", "3");
    setDefault("io.netty.leakDetection.level", "disabled");
    // A name that did not resolve a moment ago may do so now: its container has just started.
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  private final EventLoopGroup group;

  /// @param name of the thread, for those who look at a thread dump
  public IoThread(String name) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /// What servers and channels of gRPC run on.
  public EventLoopGroup group() {
    return group;
  }

  /// Runs the task on the thread, soon; not at all once the thread is closed.
  public void execute(Runnable task) {
    try {
      group.execute(task);
    } catch (RejectedExecutionException closed) {
      // The sockets are gone, and with them whom the task wanted to talk to.
    }
  }

  /// Runs the task on the thread after `delay`; not at all once the thread is closed.
  @SuppressWarnings("FutureReturnValueIgnored") // Nobody takes a task back.
  public void schedule(Duration delay, Runnable task) {
    try {
      group.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      // As in execute().
    }
  }

  /// Returns once the thread has ended, or after a second.
  @Override
  public void close() {
    group.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(1000);
  }
}
