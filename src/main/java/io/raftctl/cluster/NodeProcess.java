package io.raftctl.cluster;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One node of a local cluster and the process that runs it, of which there is one at most.
///
/// A process that was started with its parent's pipe as standard input ends when that pipe does, so
/// that not even a parent that is killed leaves it behind. All methods may be called from any
/// thread.
public final class NodeProcess {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);

  /// How a node ends that its cluster has no place for.
  private static final int EXPELLED = 5;

  // The nodes share their parent's terminal, but its keys are not meant for them.
  private static final String ATTACHED_SHELL = "trap '' INT TSTP; exec \"$@\"";
  private static final String DETACHED_SHELL =
      "trap '' INT TSTP HUP; command -v setsid >/dev/null && exec setsid \"$@\"; exec \"$@\"";

  /// Variables that would tell the node of other nodes than those that its command names. The user
  /// may have set them for a node of his own.
  private static final Set<String> OTHER_SEATS = Set.of("RAFTCTL_PEERS", "RAFTCTL_JOIN");

  /// What a look at the process says.
  public enum State {
    RUNNING,
    PAUSED,
    DOWN
  }

  private static final class Running {
    final ProcessIdentity identity;
    final CompletableFuture<OptionalInt> exit;
    volatile boolean endExpected;
    volatile boolean paused;
    volatile @Nullable PauseGuard guard;

    Running(ProcessIdentity identity, CompletableFuture<OptionalInt> exit) {
      this.identity = identity;
      this.exit = exit;
    }
  }

  private final NodeDescription node;
  private final ClusterDirectory directory;
  private final Supplier<List<String>> command;
  private final boolean detached;
  private final BiConsumer<NodeProcess, OptionalInt> onUnexpectedEnd;
  private volatile @Nullable Running running;
  private volatile long logStart;

  /// @param command what starts it, asked at each start
  /// @param onUnexpectedEnd called with the exit code, where it is known, when the process ends and
  ///   nobody here wanted it to
  NodeProcess(
      NodeDescription node,
      ClusterDirectory directory,
      Supplier<List<String>> command,
      boolean detached,
      BiConsumer<NodeProcess, OptionalInt> onUnexpectedEnd) {
    this.node = node;
    this.directory = directory;
    this.command = command;
    this.detached = detached;
    this.onUnexpectedEnd = onUnexpectedEnd;
    if (node.process() != null) {
      adopt(node.process());
    }
  }

  public String id() {
    return node.id();
  }

  /// What its disk and clock suffer.
  public Machine machine() {
    NodeDescription node = description();
    return new Machine(node.id(), node.http());
  }

  public String address() {
    return node.address();
  }

  public Path log() {
    return node.log();
  }

  public State state() {
    Running now = running;
    if (now == null || now.exit.isDone()) {
      return State.DOWN;
    }
    return now.paused ? State.PAUSED : State.RUNNING;
  }

  /// True if the process has ended because the cluster has no place for the node.
  boolean expelled() {
    Running now = running;
    return now != null && now.exit.isDone() && now.exit.join().equals(OptionalInt.of(EXPELLED));
  }

  public NodeDescription description() {
    Running now = running;
    return node.withProcess(now == null || now.exit.isDone() ? null : now.identity);
  }

  /// Starts the process; `awaitReady` tells when it serves.
  synchronized void start() throws ClusterException {
    assert state() == State.DOWN : "one process a node";
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c"));
    words.add(detached ? DETACHED_SHELL : ATTACHED_SHELL);
    words.add("sh");
    words.addAll(command.get());
    try {
      Files.deleteIfExists(directory.readyFile(id()));
      logStart = Files.exists(node.log()) ? Files.size(node.log()) : 0;
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(directory.path().toFile())
              .redirectInput(detached ? Redirect.from(new File("/dev/null")) : Redirect.PIPE)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(node.log().toFile()));
      builder.environment().keySet().removeAll(OTHER_SEATS);
      Process process = builder.start();
      watch(
          new Running(
              ProcessIdentity.of(process.toHandle()),
              process.onExit().thenApply(ended -> OptionalInt.of(ended.exitValue()))));
    } catch (IOException e) {
      throw ClusterException.local(
          "cannot start node " + id() + ": " + ClusterDirectory.reason(e), "");
    }
  }

  /// Waits until the node serves. A process that ends before is an error with its last words.
  void awaitReady(long deadlineNanos) throws ClusterException {
    while (!Files.exists(directory.readyFile(id()))) {
      Running now = running;
      if (now == null || now.exit.isDone()) {
        throw ClusterException.local(
            "node " + id() + " ended at its start: " + lastWords(), "its log is " + log());
      }
      if (System.nanoTime() > deadlineNanos) {
        throw ClusterException.unavailable(
            "node " + id() + " does not serve in time: " + lastWords(), "its log is " + log());
      }
      if (!waitForEnd(now, Duration.ofMillis(10)) && Thread.currentThread().isInterrupted()) {
        throw ClusterException.unavailable("interrupted while node " + id() + " starts", "");
      }
    }
  }

  /// Ends the process without warning, as a crash would. False if there was none.
  public boolean kill() throws ClusterException {
    return end(Signal.KILL, KILL_TIMEOUT);
  }

  /// Asks the process to end, and kills it only if it does not. False if there was none.
  public boolean stop() throws ClusterException {
    return end(Signal.TERM, STOP_TIMEOUT) || end(Signal.KILL, KILL_TIMEOUT);
  }

  /// The process may end by itself from now on, without a word about it.
  public void mayEnd() {
    Running now = running;
    if (now != null) {
      now.endExpected = true;
    }
  }

  /// It must not end by itself any more.
  public void mustStay() {
    Running now = running;
    if (now != null && !now.exit.isDone()) {
      now.endExpected = false;
    }
  }

  /// Fails if the process has ended, with its last words.
  void requireRunning() throws ClusterException {
    if (state() == State.DOWN) {
      throw ClusterException.local(
          "node " + id() + " ended: " + lastWords(), "its log is " + log());
    }
  }

  /// Freezes the process: its connections stay open and nothing answers on them.
  public boolean pause() throws ClusterException {
    Running now = running;
    if (state() != State.RUNNING || now == null) {
      return false;
    }
    // A frozen process cannot see that its parent is gone, so somebody else must.
    now.guard = detached ? null : PauseGuard.of(now.identity);
    now.paused = Signal.STOP.sendTo(now.identity);
    awaitFrozen(now);
    if (now.exit.isDone()) {
      release(now); // It ended meanwhile, and its pid is nobody's any more.
    }
    return now.paused;
  }

  /// Ends a pause. False if there was none.
  public boolean resume() throws ClusterException {
    Running now = running;
    if (state() != State.PAUSED || now == null) {
      return false;
    }
    boolean sent = Signal.CONT.sendTo(now.identity);
    now.paused = false;
    release(now);
    return sent;
  }

  private boolean end(Signal signal, Duration timeout) throws ClusterException {
    Running now = running;
    if (now == null || now.exit.isDone()) {
      return false;
    }
    now.endExpected = true;
    signal.sendTo(now.identity);
    if (signal == Signal.TERM) {
      // A frozen process, by us or by somebody else, ends once it may run again.
      Signal.CONT.sendTo(now.identity);
    }
    return waitForEnd(now, timeout);
  }

  private void adopt(ProcessIdentity identity) {
    Optional<ProcessHandle> process = identity.running();
    if (process.isPresent()) {
      var exit = process.get().onExit().thenApply(ended -> OptionalInt.empty());
      Running adopted = new Running(identity, exit);
      adopted.paused = isFrozen(identity.pid());
      watch(adopted);
    }
  }

  /// The signal takes a moment to arrive; afterwards nothing more comes from the process.
  private static void awaitFrozen(Running process) throws ClusterException {
    long deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
    while (Files.exists(Path.of("/proc/self/stat"))
        && !isFrozen(process.identity.pid())
        && !process.exit.isDone()
        && System.nanoTime() < deadline) {
      LocalCluster.pause();
    }
  }

  /// What Linux says of a process that an earlier visitor may have paused; elsewhere always false.
  private static boolean isFrozen(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false;
    }
  }

  private void watch(Running started) {
    running = started;
    var _ =
        started.exit.thenAccept(
            code -> {
              release(started);
              if (!started.endExpected) {
                onUnexpectedEnd.accept(this, code);
              }
            });
  }

  private static void release(Running process) {
    PauseGuard guard = process.guard;
    process.guard = null;
    if (guard != null) {
      guard.release();
    }
  }

  private static boolean waitForEnd(Running process, Duration timeout) {
    try {
      process.exit.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process cannot fail", e);
    }
  }

  /// The last lines of what this start of the process printed.
  private String lastWords() {
    try {
      byte[] all = Files.readAllBytes(node.log());
      int from = (int) Math.min(logStart, all.length);
      String text = new String(all, from, all.length - from, StandardCharsets.UTF_8);
      List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
      return lines.isEmpty()
          ? "it printed nothing"
          : String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()))
              .replace("raftctl: ", "");
    } catch (IOException e) {
      return "it printed nothing that can be read";
    }
  }
}
