package io.raftctl.benchmark;

import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import java.util.function.Consumer;

/// What carries requests to the cluster: the seam behind which a test puts something else.
///
/// Each callback is called once, later, and always by the same thread.
interface Connection {
  void write(byte[] command, Consumer<? super Outcome> done);

  void read(byte[] command, Consumer<? super Outcome> done);

  static Connection of(StreamClient client) {
    return new Connection() {
      @Override
      public void write(byte[] command, Consumer<? super Outcome> done) {
        client.submit(command, done);
      }

      @Override
      public void read(byte[] command, Consumer<? super Outcome> done) {
        client.read(command, done);
      }
    };
  }
}
