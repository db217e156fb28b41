package io.raftctl.statemachine.exec;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One life of the program: a process that is told lines and answers each by one.
///
/// One thread asks. Two more read what the process says, so that a process that dies, or leaves
/// children behind which hold its pipes, never leaves the one that asks waiting. Any thread may
/// close it.
final class Program implements AutoCloseable {
  /// A longer line is not kept: the reply is replaced, alike on every node.
  static final int LINE_BYTES_MAX = 64 << 20;

  /// What was said and not asked for, before the process has to wait.
  private static final int LINES_AHEAD_MAX = 16;

  private static final long END_MILLIS_MAX = 1_000;

  /// A line of the program's.
  ///
  /// @param bytes null where it was too long
  /// @param followed whether more came with it
  /// @param end whether none comes any more, this one included
  private record Line(byte @Nullable [] bytes, boolean followed, boolean end) {}

  private static final Line END = new Line(null, false, true);

  private final Process process;
  private final OutputStream toProgram;
  private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(LINES_AHEAD_MAX);

  private Program(Process process) {
    this.process = process;
    this.toProgram = process.getOutputStream();
  }

  /// Starts the program.
  ///
  /// @param log takes what it writes to its standard error, line by line
  @SuppressWarnings("FutureReturnValueIgnored") // Its end is all that is wanted of it.
  static Program start(ExecSettings settings, Consumer<String> log) throws ProgramEndedException {
    ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", settings.command()));
    builder.environment().put("RAFTCTL_NODE", settings.node());
    try {
      Program program = new Program(builder.start());
      long pid = program.process.pid();
      thread("program-out-" + pid, program::readLines).start();
      Complaints complaints = new Complaints(program.process.getErrorStream(), log);
      thread("program-err-" + pid, complaints::run).start();
      program.process.onExit().thenRun(program::end);
      return program;
    } catch (IOException e) {
      throw new ProgramEndedException("sh cannot be started: " + e.getMessage());
    }
  }

  private static Thread thread(String name, Runnable action) {
    return Thread.ofPlatform().daemon().name(name).unstarted(action);
  }

  /// The process that answers, as far as can be seen: the shell that started it ends with it, and
  /// to end the shell alone would leave it behind.
  long pid() {
    ProcessHandle at = process.toHandle();
    for (List<ProcessHandle> next = at.children().toList();
        next.size() == 1;
        next = at.children().toList()) {
      at = next.getFirst();
    }
    return at.pid();
  }

  /// Writes a line and waits for the one that answers it.
  ///
  /// @return the line without its end; null where it was too long to be kept
  byte @Nullable [] ask(byte[] line) throws ProgramEndedException, InterruptedException {
    Line unasked = lines.poll();
    if (unasked != null) {
      room.release();
      throw unasked.end ? new ProgramEndedException(howItEnded()) : toldTooMuch();
    }
    try {
      toProgram.write(line);
      toProgram.write('\n');
      toProgram.flush();
    } catch (IOException e) {
      throw new ProgramEndedException(howItEnded());
    }
    Line answer = lines.take();
    room.release();
    if (answer.end) {
      throw new ProgramEndedException(howItEnded());
    }
    if (answer.followed) {
      throw toldTooMuch();
    }
    return answer.bytes;
  }

  private static ProgramEndedException toldTooMuch() {
    return new ProgramEndedException("it wrote a line more than one for a command");
  }

  private String howItEnded() {
    try {
      return process.waitFor(END_MILLIS_MAX, TimeUnit.MILLISECONDS)
          ? "it ended with exit code " + process.exitValue()
          : "it closed its standard output";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "it ended";
    }
  }

  /// Whether the process is gone, or has closed its output.
  boolean ended() {
    Line next = lines.peek();
    return next != null && next.end;
  }

  /// The process is gone. Its children, if it left any, see the end of their input.
  private void end() {
    lines.add(END);
    closeInput();
  }

  private void readLines() {
    try (InputStream out = new BufferedInputStream(process.getInputStream())) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      boolean tooLong = false;
      for (int next = out.read(); next >= 0; next = out.read()) {
        if (next == '\n') {
          room.acquire();
          lines.add(new Line(tooLong ? null : line.toByteArray(), out.available() > 0, false));
          line = new ByteArrayOutputStream();
          tooLong = false;
        } else if (line.size() < LINE_BYTES_MAX) {
          line.write(next);
        } else {
          tooLong = true;
        }
      }
    } catch (IOException e) {
      // Closed by us.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody interrupts this thread.
    }
    lines.add(END);
  }

  private void closeInput() {
    try {
      toProgram.close();
    } catch (IOException e) {
      // What was not written yet is of no use any more.
    }
  }

  /// Ends the process and all that it started, at once: what it holds is made again from the log.
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    lines.add(END);
  }
}
