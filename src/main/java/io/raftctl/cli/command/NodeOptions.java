package io.raftctl.cli.command;

import io.raftctl.raft.NodeId;
import io.raftctl.server.NodeSettings;
import io.raftctl.statemachine.exec.ExecSettings;
import io.raftctl.statemachine.exec.Protocol;
import io.raftctl.transport.Address;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The settings of a node. Each comes from its option, else from its environment variable, else
/// from its default.
final class NodeOptions {
  private final OptionSpec id = setting("--id", "ID", "RAFTCTL_ID", "This node", "1");
  private static final Pattern BYTES =
      Pattern.compile("([0-9]{1,9})([kmg]i?b?|b?)", Pattern.CASE_INSENSITIVE);
  private static final long SNAPSHOT_BYTES_MIN = 1 << 10;

  private final OptionSpec listen =
      setting(
          "--listen",
          "HOST:PORT",
          "RAFTCTL_LISTEN",
          "Where clients and peers reach it, over gRPC and HTTP/1.1",
          "its own address in --peers, else 127.0.0.1:8080");
  private final OptionSpec http =
      setting(
          "--http",
          "HOST:PORT",
          "RAFTCTL_HTTP",
          "Where operators reach it: metrics, health, faults",
          "127.0.0.1:9090");
  private final OptionSpec peers =
      setting(
          "--peers",
          "ID=HOST:PORT,...",
          "RAFTCTL_PEERS",
          "The nodes of the cluster, with or without itself",
          "none, a cluster of one");
  private final OptionSpec join =
      setting(
          "--join",
          "HOST:PORT,...",
          "RAFTCTL_JOIN",
          "Members of the cluster that it is to join: it learns, and votes once it has caught up",
          "none");
  private final OptionSpec data =
      setting("--data-dir", "DIR", "RAFTCTL_DATA_DIR", "Where its log lives", "raftctl-data/ID");
  private final OptionSpec cluster =
      setting("--cluster", "NAME", "RAFTCTL_CLUSTER", "The cluster's name", "raftctl");
  private final OptionSpec election =
      setting(
          "--election-timeout",
          "DURATION",
          "RAFTCTL_ELECTION_TIMEOUT",
          "The least time without a leader after which it campaigns",
          "300ms");
  private final OptionSpec heartbeat =
      setting(
          "--heartbeat", "DURATION", "RAFTCTL_HEARTBEAT", "Between a leader's heartbeats", "75ms");
  private final OptionSpec faults =
      OptionSpec.builder("--faults")
          .negatable(true)
          .type(Boolean.class)
          .arity("0")
          .description("Whether links may be cut on demand ($RAFTCTL_FAULTS; default: no).")
          .build();
  private final OptionSpec packets =
      Options.flag(
          "--packets", "Blocking drops real packets; needs NET_ADMIN ($RAFTCTL_BLOCK=packets).");
  private final OptionSpec snapshotBytes =
      setting(
          "--snapshot-bytes",
          "SIZE",
          "RAFTCTL_SNAPSHOT_BYTES",
          "The log between two snapshots, such as 512KiB or 1GiB",
          "64MiB");
  private final OptionSpec exec =
      setting(
          "--exec",
          "CMD",
          "RAFTCTL_EXEC",
          "The program, run by sh -c, that is the state machine; see docs/exec.md",
          "the built-in store");
  private final OptionSpec execProtocol =
      setting(
          "--exec-protocol",
          "NAME",
          "RAFTCTL_EXEC_PROTOCOL",
          "How the program is spoken to: lines or jsonl",
          "lines");
  private final OptionSpec readyFile =
      setting("--ready-file", "FILE", "RAFTCTL_READY_FILE", "Written once the node serves", "none");
  // For a parent that must not leave it behind, so in no help.
  private final OptionSpec exitWithStdin =
      OptionSpec.builder("--exit-with-stdin")
          .type(boolean.class)
          .hidden(true)
          .description("Stop when standard input ends.")
          .build();

  CommandSpec addTo(CommandSpec spec) {
    return spec.addOption(id)
        .addOption(listen)
        .addOption(http)
        .addOption(peers)
        .addOption(join)
        .addOption(data)
        .addOption(cluster)
        .addOption(election)
        .addOption(heartbeat)
        .addOption(faults)
        .addOption(packets)
        .addOption(snapshotBytes)
        .addOption(exec)
        .addOption(execProtocol)
        .addOption(readyFile)
        .addOption(exitWithStdin);
  }

  boolean exitWithStdin() {
    return Boolean.TRUE.equals(exitWithStdin.getValue());
  }

  /// @throws IllegalArgumentException where a value makes no sense; the message names its source
  NodeSettings settings(Map<String, String> env, Path directory) {
    NodeId node = value(id, "RAFTCTL_ID", env, "1", NodeId::new);
    SortedMap<NodeId, Address> others =
        value(peers, "RAFTCTL_PEERS", env, "", NodeOptions::parsePeers);
    List<Address> seeds = value(join, "RAFTCTL_JOIN", env, "", NodeOptions::parseSeeds);
    if (!seeds.isEmpty() && text(id, "RAFTCTL_ID", env).isEmpty()) {
      throw new IllegalArgumentException(
          "a node that joins needs an id that the cluster never had; give --id");
    }
    boolean somewhere = others.isEmpty() || others.containsKey(node);
    if (!somewhere && text(listen, "RAFTCTL_LISTEN", env).isEmpty()) {
      throw new IllegalArgumentException(
          "node %s is not among the peers %s, and no --listen says where it is; list it among the"
                  .formatted(node, join(others.keySet()))
              + " peers, or give --listen HOST:PORT");
    }
    Address own = others.getOrDefault(node, new Address("127.0.0.1", 8080));
    Path folder = value(data, "RAFTCTL_DATA_DIR", env, "raftctl-data/" + node, Path::of);
    Path file = value(readyFile, "RAFTCTL_READY_FILE", env, "", Path::of);
    return new NodeSettings(
        value(cluster, "RAFTCTL_CLUSTER", env, "raftctl", Function.identity()),
        node,
        value(listen, "RAFTCTL_LISTEN", env, own.toString(), Address::parse),
        value(http, "RAFTCTL_HTTP", env, "127.0.0.1:9090", Address::parse),
        others,
        seeds,
        directory.resolve(folder),
        value(election, "RAFTCTL_ELECTION_TIMEOUT", env, "300ms", Durations::parse),
        value(heartbeat, "RAFTCTL_HEARTBEAT", env, "75ms", Durations::parse),
        faults.getValue() != null
            ? faults.<Boolean>getValue()
            : value(null, "RAFTCTL_FAULTS", env, "no", NodeOptions::parseYes),
        Boolean.TRUE.equals(packets.getValue())
            || value(null, "RAFTCTL_BLOCK", env, "links", NodeOptions::parsePackets),
        value(snapshotBytes, "RAFTCTL_SNAPSHOT_BYTES", env, "64MiB", NodeOptions::parseBytes),
        file.toString().isEmpty() ? null : directory.resolve(file));
  }

  /// The program that is the state machine, or null for the built-in one.
  ///
  /// @throws IllegalArgumentException where a value makes no sense; the message names its source
  @Nullable ExecSettings exec(Map<String, String> env) {
    String command = value(exec, "RAFTCTL_EXEC", env, "", Function.identity());
    Protocol protocol = value(execProtocol, "RAFTCTL_EXEC_PROTOCOL", env, "lines", Protocol::parse);
    if (command.isBlank()) {
      if (execProtocol.getValue() != null) {
        throw new IllegalArgumentException("--exec-protocol is for a program: add --exec CMD");
      }
      return null;
    }
    return new ExecSettings(
        command, protocol, value(id, "RAFTCTL_ID", env, "1", Function.identity()));
  }

  /// @param option null where the variable is the only source
  private static <T> T value(
      @Nullable OptionSpec option,
      String variable,
      Map<String, String> env,
      String standard,
      Function<String, T> parse) {
    String given = option == null ? null : option.getValue();
    String text = text(option, variable, env);
    String source = given != null && option != null ? option.longestName() : variable;
    try {
      return parse.apply(given == null && text.isEmpty() ? standard : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
    }
  }

  /// What was given, or nothing.
  private static String text(
      @Nullable OptionSpec option, String variable, Map<String, String> env) {
    String given = option == null ? null : option.getValue();
    return given != null ? given : env.getOrDefault(variable, "");
  }

  private static String join(Collection<NodeId> ids) {
    return ids.stream().map(NodeId::toString).collect(Collectors.joining(", "));
  }

  private static SortedMap<NodeId, Address> parsePeers(String text) {
    SortedMap<NodeId, Address> peers = new TreeMap<>();
    for (String peer : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int equals = peer.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("'" + peer + "' is not ID=HOST:PORT");
      }
      NodeId id = new NodeId(peer.substring(0, equals).strip());
      if (peers.put(id, Address.parse(peer.substring(equals + 1).strip())) != null) {
        throw new IllegalArgumentException("node " + id + " is named twice");
      }
    }
    return peers;
  }

  private static List<Address> parseSeeds(String text) {
    return text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(seed -> Address.parse(seed.strip())).toList();
  }

  private static long parseBytes(String text) {
    Matcher parts = BYTES.matcher(text.strip());
    if (parts.matches()) {
      int shift =
          switch (parts.group(2).toLowerCase(Locale.ROOT)) {
            case "k", "kb", "kib" -> 10;
            case "m", "mb", "mib" -> 20;
            case "g", "gb", "gib" -> 30;
            default -> 0;
          };
      long bytes = Long.parseLong(parts.group(1)) << shift;
      if (bytes >= SNAPSHOT_BYTES_MIN) {
        return bytes;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a size from 1KiB on, such as 512KiB or 64MiB");
  }

  private static boolean parseYes(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "yes", "true", "on", "1" -> true;
      case "no", "false", "off", "0" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither yes nor no");
    };
  }

  private static boolean parsePackets(String text) {
    return switch (text) {
      case "packets" -> true;
      case "links" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither packets nor links");
    };
  }

  private static OptionSpec setting(
      String name, String label, String variable, String what, String standard) {
    return Options.option(name, label, what + " ($" + variable + "; default: " + standard + ").");
  }
}
