package io.raftctl.server.grpc;

import io.grpc.stub.StreamObserver;
import io.raftctl.proto.v1.ClientGrpc;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.OutcomeBatch;
import io.raftctl.server.served.ServedNode;
import io.raftctl.transport.grpc.IoThread;

/// Takes commands from clients that keep a connection open.
public final class ClientService extends ClientGrpc.ClientImplBase {
  private final ServedNode served;
  private final IoThread io;

  public ClientService(ServedNode served, IoThread io) {
    this.served = served;
    this.io = io;
  }

  @Override
  public StreamObserver<CommandBatch> submit(StreamObserver<OutcomeBatch> outcomes) {
    return new SubmitStream(served, io, outcomes);
  }
}
