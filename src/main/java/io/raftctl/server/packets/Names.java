package io.raftctl.server.packets;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The addresses of hosts, looked up again and again.
///
/// A host that cannot be found keeps the addresses that it had: it may be back in a moment, and
/// what is cut must not be mended by a name service that fails. A look-up that hangs holds up
/// nobody. Touched by one thread at a time.
final class Names {
  /// Finds the addresses of a name; may wait.
  @FunctionalInterface
  interface Lookup {
    InetAddress[] all(String host) throws UnknownHostException;
  }

  private final Lookup lookup;
  private final Map<String, List<InetAddress>> found = new TreeMap<>();
  private final Map<String, CompletableFuture<List<InetAddress>>> asked = new TreeMap<>();

  Names(Lookup lookup) {
    this.lookup = lookup;
  }

  /// Asks for all of the hosts at once, and takes what is answered in time.
  void ask(Collection<String> hosts, Duration atMost) {
    for (String host : hosts) {
      asked.computeIfAbsent(host, this::start); // One that still hangs is not asked for once more.
    }
    long deadline = System.nanoTime() + atMost.toNanos();
    for (String host : List.copyOf(asked.keySet())) {
      List<InetAddress> addresses = answer(host, deadline);
      if (addresses != null) {
        found.put(host, addresses);
      }
    }
  }

  /// The addresses of a host; none where it was never found.
  List<InetAddress> of(String host) {
    return found.getOrDefault(host, List.of());
  }

  private CompletableFuture<List<InetAddress>> start(String host) {
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("look up " + host)
        .start(
            () -> {
              try {
                answer.complete(Arrays.asList(lookup.all(host)));
              } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  /// Null where there is none, or none yet.
  private @Nullable List<InetAddress> answer(String host, long deadline) {
    CompletableFuture<List<InetAddress>> answer = asked.get(host);
    if (answer == null) {
      return null;
    }
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      List<InetAddress> addresses = answer.get(left, TimeUnit.NANOSECONDS);
      asked.remove(host);
      return addresses;
    } catch (ExecutionException unknown) {
      asked.remove(host);
      return null;
    } catch (TimeoutException notYet) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
