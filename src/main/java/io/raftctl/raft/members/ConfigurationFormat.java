package io.raftctl.raft.members;

import io.raftctl.raft.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// The data of a configuration entry, and what a snapshot says of the members.
///
/// ```
/// byte version (1), then four lists: voters, outgoing, learners, removed
/// list: int count, then for each node a byte length and its id in ASCII
/// ```
public final class ConfigurationFormat {
  private static final byte VERSION = 1;

  private ConfigurationFormat() {}

  public static byte[] encode(Configuration configuration) {
    List<Collection<NodeId>> lists =
        List.of(
            configuration.voters(),
            configuration.outgoing(),
            configuration.learners(),
            configuration.removed());
    int bytes = 1;
    for (Collection<NodeId> list : lists) {
      bytes += 4;
      for (NodeId node : list) {
        bytes += 1 + node.value().length();
      }
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).put(VERSION);
    for (Collection<NodeId> list : lists) {
      buffer.putInt(list.size());
      for (NodeId node : list) {
        buffer.put((byte) node.value().length());
        buffer.put(node.value().getBytes(StandardCharsets.US_ASCII));
      }
    }
    return buffer.array();
  }

  /// @throws IllegalArgumentException where the bytes are no configuration of a known version
  public static Configuration decode(byte[] data) {
    ByteBuffer buffer = ByteBuffer.wrap(data);
    if (data.length == 0 || buffer.get() != VERSION) {
      throw new IllegalArgumentException(
          "a configuration of an unknown version; upgrade this node before it joins the cluster");
    }
    try {
      Configuration configuration =
          new Configuration(nodes(buffer), nodes(buffer), nodes(buffer), nodes(buffer));
      if (buffer.hasRemaining()) {
        throw new IllegalArgumentException("a configuration with bytes behind its end");
      }
      return configuration;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a configuration that ends too early", e);
    }
  }

  private static TreeSet<NodeId> nodes(ByteBuffer buffer) {
    TreeSet<NodeId> nodes = new TreeSet<>();
    int count = buffer.getInt();
    if (count < 0 || count > buffer.remaining()) {
      throw new IllegalArgumentException("a configuration of " + count + " nodes");
    }
    for (int i = 0; i < count; i++) {
      byte[] id = new byte[Byte.toUnsignedInt(buffer.get())];
      buffer.get(id);
      if (!nodes.add(new NodeId(new String(id, StandardCharsets.US_ASCII)))) {
        throw new IllegalArgumentException("a configuration that names a node twice");
      }
    }
    return nodes;
  }
}
