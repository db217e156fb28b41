package io.raftctl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.raftctl.client.wire.Endpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A client port that does what a test says, good manners or not: it reads a whole request, and
/// then answers, closes the connection, or keeps it open in silence.
public final class ScriptedNode implements AutoCloseable {
  /// @param target method and path, such as `POST /v1/submit`
  /// @param body null without one
  public record Request(String target, JsonObject body) {}

  /// What the node does with a request that it has read.
  public sealed interface Reply {
    record Json(int status, String body) implements Reply {}

    record Bytes(String bytes) implements Reply {}

    record Close() implements Reply {}

    record Silence() implements Reply {}
  }

  private final ServerSocket server;
  private final Function<Request, Reply> script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private ScriptedNode(Function<Request, Reply> script) throws IOException {
    this.script = script;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public static ScriptedNode start(Function<Request, Reply> script) throws IOException {
    return new ScriptedNode(script);
  }

  /// A leader that answers commands and reads as the script says.
  public static ScriptedNode leader(Function<Request, Reply> script) throws IOException {
    return start(
        request ->
            request.target().equals("GET /v1/status")
                ? status("1", "leader", 1, "1")
                : script.apply(request));
  }

  public static Reply status(String id, String role, long term, String leader) {
    String known = leader == null ? "null" : "\"" + leader + "\"";
    return new Reply.Json(
        200,
        """
        {"cluster":"c","id":"%s","role":"%s","term":%d,"leader":%s,"commitIndex":3}\
        """
            .formatted(id, role, term, known));
  }

  public static Reply done(String reply) {
    return new Reply.Json(
        200,
        """
        {"index":7,"term":2,"requestId":"x","ok":true,"reply":"%s"}\
        """
            .formatted(reply));
  }

  public static Reply error(int status, String code) {
    return new Reply.Json(
        status,
        """
        {"code":"%s","message":"it is %s","hint":"do better"}\
        """
            .formatted(code, code));
  }

  public static Reply notLeader(Endpoint leader) {
    return new Reply.Json(
        421,
        """
        {"code":"not-leader","message":"node 1 leads","hint":"","leader":"1","leaderAddress":"%s"}\
        """
            .formatted(leader));
  }

  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", server.getLocalPort());
  }

  /// How many requests of this target have been read whole.
  public long count(String target) {
    return requests.stream().filter(request -> request.target().equals(target)).count();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void serve(Socket socket) {
    try {
      Request request = read(new BufferedInputStream(socket.getInputStream()));
      requests.add(request);
      OutputStream out = socket.getOutputStream();
      switch (script.apply(request)) {
        case Reply.Json(int status, String body) -> {
          String head = "HTTP/1.1 %d Told\r\nContent-Type: application/json\r\n".formatted(status);
          byte[] bytes = body.getBytes(UTF_8);
          out.write((head + "Content-Length: " + bytes.length + "\r\n\r\n").getBytes(UTF_8));
          out.write(bytes);
          socket.close();
        }
        case Reply.Bytes(String bytes) -> {
          out.write(bytes.getBytes(UTF_8));
          socket.close();
        }
        case Reply.Close() -> socket.close();
        case Reply.Silence() -> {} // The socket stays open until the test is over.
      }
    } catch (IOException | JsonParserException e) {
      // The client went away, which is its right.
    }
  }

  private static Request read(InputStream in) throws IOException, JsonParserException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended early");
      }
      head.append((char) next);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n")) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("ended early");
    }
    String target = head.substring(0, head.indexOf(" HTTP/1.1"));
    JsonObject json =
        length == 0 ? new JsonObject() : JsonParser.object().from(new String(body, UTF_8));
    return new Request(target, json);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
