package io.raftctl.cli.submit;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Outcome;
import io.raftctl.client.Outcome.Done;
import io.raftctl.client.Outcome.Indeterminate;
import io.raftctl.client.Outcome.NotApplied;
import io.raftctl.client.Problem;
import io.raftctl.client.stream.StreamClient;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// `submit -`: a command a line from standard input, many under way, in order.
///
/// One thread reads and submits, so that a reply appears as soon as it is there, even while the
/// next line is awaited; the caller's thread prints the replies in the order of the lines. From the
/// first line on that is not done nothing more is submitted, since the lines after it may build on
/// it; what is under way by then is waited for. A negative reply is a reply: it goes on. Where
/// nobody reads the replies any more nothing more is submitted either. Lines that are left out so
/// are an error, since no output tells of them.
final class StreamSubmission {
  private static final int UNDER_WAY_MAX = 1024;

  /// @param failure why reading ended, if this is the end and not a line
  private record Line(
      long number, CompletableFuture<Outcome> outcome, @Nullable IOException failure) {}

  private final StreamClient client;
  private final Report report;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(UNDER_WAY_MAX);
  private volatile boolean stopped;

  /// Whether every line was submitted.
  private volatile boolean ended;

  // What follows belongs to the thread that prints.
  private ExitCode code = ExitCode.DONE;
  private @Nullable Line firstNotApplied;
  private @Nullable Line firstUnknown;
  private long done;
  private int notDone;
  private boolean closed;

  private StreamSubmission(StreamClient client, Report report) {
    this.client = client;
    this.report = report;
  }

  static ExitCode run(StreamClient client, Report report) throws IOException {
    try (client) {
      return new StreamSubmission(client, report).run();
    }
  }

  private ExitCode run() throws IOException {
    Thread.ofPlatform().daemon().name("standard input").start(this::read);
    try {
      IOException failure = print();
      if (failure != null) {
        throw new IOException("cannot read standard input: " + failure.getMessage(), failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return conclude();
  }

  private void read() {
    InputLines input = new InputLines(report.console().in());
    IOException failure = null;
    try {
      byte[] line = input.next();
      while (line != null && isTaken(line, input.number())) {
        line = input.next();
      }
      ended = line == null;
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lines.add(new Line(0, CompletableFuture.completedFuture(null), failure));
  }

  /// Submits a line when there is room for it, unless it is empty; false where no more are wanted.
  private boolean isTaken(byte[] command, long number) throws InterruptedException {
    if (command.length == 0) {
      return !stopped;
    }
    room.acquire();
    return submit(command, number);
  }

  /// Synchronized, so that a line is either seen by [#stop] or never submitted.
  private synchronized boolean submit(byte[] command, long number) {
    if (stopped) {
      return false;
    }
    Line line = new Line(number, new CompletableFuture<>(), null);
    lines.add(line);
    client.submit(
        command,
        outcome -> {
          stopped |= !(outcome instanceof Done);
          line.outcome().complete(outcome);
          room.release();
        });
    return true;
  }

  /// Prints replies until reading has ended, or until all that is under way is settled once it has
  /// to stop; the reader may then wait for a line that nobody wants.
  private @Nullable IOException print() throws InterruptedException {
    while (!(stopped && lines.isEmpty()) && !closed) {
      Line line = lines.take();
      if (line.number() == 0) {
        return line.failure();
      }
      print(line);
    }
    stop();
    for (Line line = lines.poll(); line != null && line.number() > 0; line = lines.poll()) {
      print(line);
    }
    return null;
  }

  private synchronized void stop() {
    stopped = true;
  }

  private void print(Line line) {
    if (!line.outcome().isDone()) {
      closed |= report.console().isClosed(); // Which flushes too, before the wait.
    }
    switch (line.outcome().join()) {
      case Done reply -> {
        tell(line.number(), reply);
        code = reply.ok() ? code : ExitCode.NEGATIVE;
        done++;
      }
      case NotApplied _ -> {
        firstNotApplied = firstNotApplied == null ? line : firstNotApplied;
        notDone++;
      }
      case Indeterminate _ -> {
        firstUnknown = firstUnknown == null ? line : firstUnknown;
        notDone++;
      }
    }
  }

  private void tell(long number, Done done) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("line", number);
      json.putAll(Submission.json(done));
      report.line(json);
    } else {
      report.line(done.reply());
    }
  }

  private ExitCode leftOut() {
    return report.failed(
        "standard output takes no more after "
            + done
            + " commands were done, and no more were submitted",
        "redirect it to /dev/null where no reply is wanted");
  }

  /// An unknown outcome is the worst, so it is the one that is told.
  private ExitCode conclude() {
    Line worst = firstUnknown != null ? firstUnknown : firstNotApplied;
    if (worst == null) {
      return closed && !ended ? leftOut() : code;
    }
    String more = notDone == 1 ? "" : " (and " + (notDone - 1) + " more under way with it)";
    String where = "line " + worst.number() + more + ": ";
    return switch (worst.outcome().join()) {
      case Done _ -> code;
      case NotApplied(var _, Problem problem) ->
          report.fail(new Problem(problem.code(), where + problem.message(), problem.hint()));
      case Indeterminate(var id, long since, String reason) ->
          report.unknown(new Indeterminate(id, since, where + reason));
    };
  }
}
