package io.raftctl.cluster;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One node of a local cluster, as its directory remembers it.
///
/// @param address HOST:PORT for clients and peers
/// @param http HOST:PORT for operators
/// @param process the process that runs it, or null while none is meant to
/// @param data its data directory
/// @param log where its process writes what it has to say
public record NodeDescription(
    String id,
    String address,
    String http,
    @Nullable ProcessIdentity process,
    Path data,
    Path log) {
  /// A node at one of the places of a block of ports.
  ///
  /// @param index of the place, from 0
  static NodeDescription in(ClusterDirectory directory, String id, Ports ports, int index) {
    return new NodeDescription(
        id,
        LocalCluster.HOST + ":" + ports.client(index),
        LocalCluster.HOST + ":" + ports.http(index),
        null,
        directory.data(id),
        directory.log(id));
  }

  /// For clients and peers.
  int port() {
    return port(address);
  }

  /// For operators.
  int httpPort() {
    return port(http);
  }

  /// @param place ends with `:PORT`
  static int port(String place) {
    return Integer.parseInt(place.substring(place.lastIndexOf(':') + 1));
  }

  NodeDescription withProcess(@Nullable ProcessIdentity changed) {
    return new NodeDescription(id, address, http, changed, data, log);
  }

  public boolean running() {
    return process != null && process.alive();
  }
}
