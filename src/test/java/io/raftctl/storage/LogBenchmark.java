package io.raftctl.storage;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.storage.log.SegmentedLog;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What writes, syncs, reads and a start cost on a real disk. Run `main` with an empty directory.
final class LogBenchmark {
  private static final int DATA_BYTES = 256;
  private static final int ENTRIES = 200_000;

  private LogBenchmark() {}

  public static void main(String[] arguments) {
    Path base = Path.of(arguments[0]);
    for (int batch : new int[] {1, 10, 100, 1000}) {
      // The second run counts: the first one warms up.
      for (int run = 0; run < 2; run++) {
        append(base.resolve("batch-" + batch + "-" + run), batch, run == 1);
      }
    }
  }

  private static void append(Path directory, int batch, boolean report) {
    int batches = Math.min(ENTRIES / batch, 20_000);
    long[] writes = new long[batches];
    long[] syncs = new long[batches];
    List<List<Entry>> work = work(batches, batch);
    try (ExecutorService background = Executors.newSingleThreadExecutor();
        FileDisk disk = FileDisk.open(directory)) {
      LogOptions options = new LogOptions(LogOptions.SEGMENT_BYTES_DEFAULT, background);
      long allocated = allocatedBytes();
      try (SegmentedLog log = DataDirectory.open(disk, "bench", new NodeId("1"), 7, options)) {
        allocated = allocatedBytes();
        for (int i = 0; i < batches; i++) {
          long start = System.nanoTime();
          log.write(null, work.get(i));
          long written = System.nanoTime();
          log.sync();
          writes[i] = written - start;
          syncs[i] = System.nanoTime() - written;
        }
        allocated = allocatedBytes() - allocated;
      }
      long start = System.nanoTime();
      try (SegmentedLog log = DataDirectory.open(disk, "bench", new NodeId("1"), 7, options)) {
        long opened = System.nanoTime();
        long entries = (long) batches * batch;
        for (long next = 1; next <= entries; ) {
          next += log.read(next, entries, 1 << 20).size();
        }
        long read = System.nanoTime();
        if (report) {
          System.out.printf(
              "%4d entries a batch: write %s, sync %s us; %d B garbage an entry; start %d ms and"
                  + " read %d ms for %d entries%n",
              batch,
              quantiles(writes),
              quantiles(syncs),
              allocated / entries,
              (opened - start) / 1_000_000,
              (read - opened) / 1_000_000,
              entries);
        }
      }
    }
  }

  private static List<List<Entry>> work(int batches, int batch) {
    List<List<Entry>> work = new ArrayList<>();
    byte[] data = new byte[DATA_BYTES];
    Arrays.fill(data, (byte) 7);
    long index = 1;
    for (int i = 0; i < batches; i++) {
      List<Entry> entries = new ArrayList<>();
      for (int j = 0; j < batch; j++) {
        entries.add(new Entry(new EntryId(1, index++), Entry.Kind.COMMAND, data));
      }
      work.add(entries);
    }
    return work;
  }

  private static String quantiles(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return "%.1f/%.1f/%.1f (p50/p99/max)"
        .formatted(
            sorted[sorted.length / 2] / 1e3,
            sorted[sorted.length * 99 / 100] / 1e3,
            sorted[sorted.length - 1] / 1e3);
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
