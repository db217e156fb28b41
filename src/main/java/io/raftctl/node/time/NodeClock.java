package io.raftctl.node.time;

/// What a node takes for the time: monotonic, in nanoseconds from some moment on. On request a
/// node's clock can be made to run wrong. Any thread may read it.
public interface NodeClock {
  /// The machine's own.
  NodeClock SYSTEM =
      new NodeClock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long systemNanos(long nanos) {
          return nanos;
        }
      };

  long nanos();

  /// What `System.nanoTime` says at the moment at which this clock says `nanos`.
  long systemNanos(long nanos);
}
