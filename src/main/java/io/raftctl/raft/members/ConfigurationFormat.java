package io.raftctl.raft.members;

import io.raftctl.raft.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The data of a configuration entry, and what a snapshot says of the members.
///
/// ```
/// byte version (3), then five lists: voters, outgoing, learners, removed, joining
/// list: int count, then for each node a byte length and its id in ASCII
/// then the addresses: int count, then for each member a byte length and its id in ASCII, a short
/// length and its address in UTF-8
/// then the incarnations: int count, then for each member a byte length and its id in ASCII, a long
/// ```
///
/// Version 2 ends behind the addresses, and is written where no incarnation is known: so nodes of
/// an older build can be members for as long as they are there. Version 1 ends behind the fourth
/// list: nobody joins, and each node finds the others by its settings.
public final class ConfigurationFormat {
  private static final byte WITHOUT_ADDRESSES = 1;
  private static final byte WITHOUT_INCARNATIONS = 2;
  private static final byte VERSION = 3;

  private ConfigurationFormat() {}

  public static byte[] encode(Configuration configuration) {
    List<Collection<NodeId>> lists =
        List.of(
            configuration.voters(),
            configuration.outgoing(),
            configuration.learners(),
            configuration.removed(),
            configuration.joining());
    SortedMap<NodeId, byte[]> addresses = new TreeMap<>();
    configuration
        .addresses()
        .forEach((node, text) -> addresses.put(node, text.getBytes(StandardCharsets.UTF_8)));
    int bytes = 1 + 4;
    for (Collection<NodeId> list : lists) {
      bytes += 4 + list.stream().mapToInt(ConfigurationFormat::size).sum();
    }
    for (Map.Entry<NodeId, byte[]> member : addresses.entrySet()) {
      bytes += size(member.getKey()) + 2 + member.getValue().length;
    }
    SortedMap<NodeId, Long> incarnations = configuration.incarnations();
    if (!incarnations.isEmpty()) {
      bytes += 4 + incarnations.keySet().stream().mapToInt(node -> size(node) + 8).sum();
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    buffer.put(incarnations.isEmpty() ? WITHOUT_INCARNATIONS : VERSION);
    for (Collection<NodeId> list : lists) {
      buffer.putInt(list.size());
      list.forEach(node -> put(node, buffer));
    }
    buffer.putInt(addresses.size());
    addresses.forEach(
        (node, address) -> {
          put(node, buffer);
          buffer.putShort((short) address.length).put(address);
        });
    if (!incarnations.isEmpty()) {
      buffer.putInt(incarnations.size());
      incarnations.forEach(
          (node, incarnation) -> {
            put(node, buffer);
            buffer.putLong(incarnation);
          });
    }
    return buffer.array();
  }

  private static int size(NodeId node) {
    return 1 + node.value().length();
  }

  private static void put(NodeId node, ByteBuffer buffer) {
    buffer.put((byte) node.value().length());
    buffer.put(node.value().getBytes(StandardCharsets.US_ASCII));
  }

  /// @throws IllegalArgumentException where the bytes are no configuration of a known version
  public static Configuration decode(byte[] data) {
    ByteBuffer buffer = ByteBuffer.wrap(data);
    byte version = data.length == 0 ? 0 : buffer.get();
    if (version < WITHOUT_ADDRESSES || version > VERSION) {
      throw new IllegalArgumentException(
          "a configuration of an unknown version; upgrade this node before it joins the cluster");
    }
    try {
      SortedSet<NodeId> voters = nodes(buffer);
      SortedSet<NodeId> outgoing = nodes(buffer);
      SortedSet<NodeId> learners = nodes(buffer);
      SortedSet<NodeId> removed = nodes(buffer);
      Configuration configuration =
          version == WITHOUT_ADDRESSES
              ? new Configuration(voters, outgoing, learners, removed)
              : new Configuration(
                  voters,
                  outgoing,
                  learners,
                  removed,
                  nodes(buffer),
                  addresses(buffer),
                  version == WITHOUT_INCARNATIONS ? new TreeMap<>() : incarnations(buffer));
      if (buffer.hasRemaining()) {
        throw new IllegalArgumentException("a configuration with bytes behind its end");
      }
      return configuration;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a configuration that ends too early", e);
    }
  }

  private static SortedSet<NodeId> nodes(ByteBuffer buffer) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (int left = count(buffer); left > 0; left--) {
      if (!nodes.add(node(buffer))) {
        throw new IllegalArgumentException("a configuration that names a node twice");
      }
    }
    return nodes;
  }

  private static SortedMap<NodeId, String> addresses(ByteBuffer buffer) {
    SortedMap<NodeId, String> addresses = new TreeMap<>();
    for (int left = count(buffer); left > 0; left--) {
      NodeId node = node(buffer);
      byte[] address = new byte[Short.toUnsignedInt(buffer.getShort())];
      buffer.get(address);
      if (addresses.put(node, new String(address, StandardCharsets.UTF_8)) != null) {
        throw new IllegalArgumentException("a configuration that reaches a node at two addresses");
      }
    }
    return addresses;
  }

  private static SortedMap<NodeId, Long> incarnations(ByteBuffer buffer) {
    SortedMap<NodeId, Long> incarnations = new TreeMap<>();
    for (int left = count(buffer); left > 0; left--) {
      if (incarnations.put(node(buffer), buffer.getLong()) != null) {
        throw new IllegalArgumentException("a configuration that knows a node twice");
      }
    }
    return incarnations;
  }

  private static int count(ByteBuffer buffer) {
    int count = buffer.getInt();
    if (count < 0 || count > buffer.remaining()) {
      throw new IllegalArgumentException("a configuration of " + count + " nodes");
    }
    return count;
  }

  private static NodeId node(ByteBuffer buffer) {
    byte[] id = new byte[Byte.toUnsignedInt(buffer.get())];
    buffer.get(id);
    return new NodeId(new String(id, StandardCharsets.US_ASCII));
  }
}
