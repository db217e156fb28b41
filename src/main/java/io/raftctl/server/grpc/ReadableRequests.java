package io.raftctl.server.grpc;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Sees to it that whoever sends bytes that are no message, or one of too many parts
/// ([MessageParts]), is told so. By itself gRPC answers such a call with the word that the
/// application has failed, and reports that here as an error.
///
/// For services that take the end of their caller's side without a word, as ours do: a call that
/// was refused is cancelled for them.
public final class ReadableRequests {
  /// A message of so many bytes cannot be made of too many parts.
  private static final int SMALL_BYTES = 200_000;

  /// More than any batch of commands or of a peer's messages has.
  private static final int PARTS_MAX = 100_000;

  private ReadableRequests() {}

  /// The same service, but for calls whose bytes cannot be read.
  public static ServerServiceDefinition of(BindableService service) {
    ServerServiceDefinition given = service.bindService();
    ServiceDescriptor known = given.getServiceDescriptor();
    List<ServerMethodDefinition<Object, ?>> methods = new ArrayList<>();
    given.getMethods().forEach(method -> methods.add(readable(method)));
    ServiceDescriptor.Builder described =
        ServiceDescriptor.newBuilder(known.getName())
            .setSchemaDescriptor(known.getSchemaDescriptor());
    methods.forEach(method -> described.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder readable = ServerServiceDefinition.builder(described.build());
    methods.forEach(readable::addMethod);
    return readable.build();
  }

  /// Bytes that are no message, in place of one.
  private record Unreadable(String why) {}

  private static <Q, A> ServerMethodDefinition<Object, A> readable(
      ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> known = method.getMethodDescriptor();
    MethodDescriptor<Object, A> lenient =
        known.toBuilder(new Lenient<>(known.getRequestMarshaller()), known.getResponseMarshaller())
            .build();
    ServerCallHandler<Q, A> handler = method.getServerCallHandler();
    return ServerMethodDefinition.create(
        lenient, (call, headers) -> new Served<>(call, headers, handler));
  }

  /// Reads a message, or says why it cannot.
  private record Lenient<Q>(MethodDescriptor.Marshaller<Q> known)
      implements MethodDescriptor.Marshaller<Object> {
    @Override
    public InputStream stream(Object request) {
      throw new AssertionError("a server sends no requests");
    }

    @Override
    public Object parse(InputStream bytes) {
      try {
        return bytes.available() > SMALL_BYTES ? counted(bytes.readAllBytes()) : known.parse(bytes);
      } catch (StatusRuntimeException e) {
        return new Unreadable(String.valueOf(e.getStatus().getDescription()));
      } catch (IOException e) {
        return new Unreadable(String.valueOf(e.getMessage()));
      }
    }

    private Object counted(byte[] bytes) throws IOException {
      if (known instanceof MethodDescriptor.PrototypeMarshaller<?> typed
          && typed.getMessagePrototype() instanceof Message prototype
          && MessageParts.exceed(PARTS_MAX, bytes, prototype.getDescriptorForType())) {
        return new Unreadable("it has more than " + PARTS_MAX + " parts");
      }
      return known.parse(new ByteArrayInputStream(bytes));
    }
  }

  /// Hands a call's messages on, up to one that cannot be read.
  private static final class Served<Q, A> extends ServerCall.Listener<Object> {
    private final ServerCall<Object, A> call;
    private final ServerCall.Listener<Q> served;
    private boolean refused;

    @SuppressWarnings("unchecked") // Of its requests a call knows no more than how to read them.
    Served(ServerCall<Object, A> call, Metadata headers, ServerCallHandler<Q, A> handler) {
      this.call = call;
      this.served = handler.startCall((ServerCall<Q, A>) (ServerCall<?, A>) call, headers);
    }

    @Override
    @SuppressWarnings("unchecked") // What is not unreadable was read as a request of this method.
    public void onMessage(Object message) {
      if (refused) {
        return;
      }
      if (message instanceof Unreadable(String why)) {
        refused = true;
        served.onCancel();
        String method = call.getMethodDescriptor().getFullMethodName();
        call.close(
            Status.INVALID_ARGUMENT.withDescription(
                "these bytes are no request of " + method + ": " + why),
            new Metadata());
      } else {
        served.onMessage((Q) message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        served.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (!refused) {
        served.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!refused) {
        served.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!refused) {
        served.onReady();
      }
    }
  }
}
