package io.raftctl.server;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.raftctl.node.NodeCounters;
import io.raftctl.node.NodeStatus;
import io.raftctl.server.served.ServedNode;
import io.raftctl.transport.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// What a metrics collector is told, in the text format of Prometheus.
///
/// Nothing is registered and no class of the library is loaded before somebody asks.
final class NodeMetrics {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final List<String> ROLES =
      List.of("leader", "candidate", "pre-candidate", "follower", "learner");

  private final ServedNode served;
  private final Traffic traffic;
  private @Nullable PrometheusRegistry registry;

  NodeMetrics(ServedNode served, Traffic traffic) {
    this.served = served;
    this.traffic = traffic;
  }

  synchronized byte[] text() throws IOException {
    if (registry == null) {
      registry = new PrometheusRegistry();
      registerNode(registry);
      registerTraffic(registry);
      registerProcess(registry);
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create()
        .write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    return text.toByteArray();
  }

  private void registerNode(PrometheusRegistry to) {
    GaugeWithCallback.builder()
        .name("raftctl_role")
        .help("1 for the role that the node has, 0 for the others")
        .labelNames("role")
        .callback(
            callback -> {
              String role = status().role();
              ROLES.forEach(name -> callback.call(name.equals(role) ? 1 : 0, name));
            })
        .register(to);
    gauge(to, "raftctl_term", "The current term", () -> status().term());
    gauge(to, "raftctl_commit_index", "The last committed entry", () -> status().commitIndex());
    gauge(to, "raftctl_applied_index", "The last applied entry", () -> status().appliedIndex());
    gauge(to, "raftctl_last_index", "The last entry of the log", () -> status().lastIndex());
    gauge(to, "raftctl_first_index", "The first entry of the log", () -> status().firstIndex());
    gauge(
        to,
        "raftctl_snapshot_index",
        "The last entry that the newest snapshot holds",
        () -> status().snapshotIndex());
    gauge(
        to,
        "raftctl_damaged_entries",
        "Entries that the disk has lost and no peer has given yet",
        () -> status().damage().entries());
    counter(
        to,
        "raftctl_repaired_entries",
        "Damaged entries that a peer gave",
        () -> status().damage().mended());
    gauge(
        to,
        "raftctl_disk_full",
        "1 where the disk is full and the node takes no commands",
        () -> status().diskFull() ? 1 : 0);
    gauge(
        to,
        "raftctl_rejoining",
        "1 where the node has lost its term and vote and does not count yet",
        () -> status().awaitedTerms() == null ? 0 : 1);
    gauge(
        to,
        "raftctl_blocked",
        "1 where every link of the node is cut on purpose",
        () -> served.faults().blocked() ? 1 : 0);
    counter(
        to, "raftctl_elections", "Elections that this node began", () -> counters().elections());
    counter(to, "raftctl_proposals", "Commands handed in", () -> counters().proposals());
    counter(to, "raftctl_reads", "Linearizable reads asked for", () -> counters().reads());
    counter(
        to,
        "raftctl_inbox_full",
        "Messages and requests turned away because too much waited",
        () -> counters().inboxFulls());
    counter(to, "raftctl_log_syncs", "Syncs of the log", () -> counters().syncs());
    counter(
        to,
        "raftctl_log_sync_seconds",
        "Time spent in syncs of the log",
        () -> counters().syncNanosTotal() / 1e9);
    gauge(
        to,
        "raftctl_log_sync_seconds_max",
        "The longest sync of the log since the start",
        () -> counters().syncNanosMax() / 1e9);
  }

  private NodeStatus status() {
    return served.node().status();
  }

  private NodeCounters counters() {
    return served.node().counters();
  }

  private void registerTraffic(PrometheusRegistry to) {
    counter(to, "raftctl_messages_sent", "Messages handed to the wire", traffic.sent::sum);
    counter(to, "raftctl_messages_received", "Messages delivered here", traffic.received::sum);
    CounterWithCallback.builder()
        .name("raftctl_messages_dropped")
        .help("Messages not sent or not delivered: the link was cut, or a queue was full")
        .labelNames("reason")
        .callback(
            callback -> {
              callback.call(traffic.droppedByFault.doubleValue(), "fault");
              callback.call(traffic.droppedByQueue.doubleValue(), "queue");
            })
        .register(to);
    counter(
        to, "raftctl_peers_refused", "Streams of peers that were refused", traffic.refused::sum);
  }

  private static void registerProcess(PrometheusRegistry to) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    var memory = ManagementFactory.getMemoryMXBean();
    gauge(
        to,
        "process_start_time_seconds",
        "When the process started, in seconds since 1970",
        () -> runtime.getStartTime() / 1e3);
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.UnixOperatingSystemMXBean system) {
      counter(
          to, "process_cpu_seconds", "Processor time used", () -> system.getProcessCpuTime() / 1e9);
      gauge(to, "process_open_fds", "Open files", system::getOpenFileDescriptorCount);
    }
    GaugeWithCallback.builder()
        .name("jvm_memory_used_bytes")
        .help("Memory that the JVM uses")
        .labelNames("area")
        .callback(
            callback -> {
              callback.call(used(memory.getHeapMemoryUsage()), "heap");
              callback.call(used(memory.getNonHeapMemoryUsage()), "nonheap");
            })
        .register(to);
    gauge(
        to,
        "jvm_threads_current",
        "Platform threads",
        ManagementFactory.getThreadMXBean()::getThreadCount);
    CounterWithCallback.builder()
        .name("jvm_gc_collection_seconds")
        .help("Time spent in garbage collection")
        .labelNames("gc")
        .callback(
            callback ->
                ManagementFactory.getGarbageCollectorMXBeans()
                    .forEach(gc -> callback.call(gc.getCollectionTime() / 1e3, gc.getName())))
        .register(to);
  }

  private static double used(MemoryUsage usage) {
    return usage.getUsed();
  }

  private static void gauge(PrometheusRegistry to, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(to);
  }

  private static void counter(
      PrometheusRegistry to, String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(to);
  }
}
