package io.raftctl.server.http;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.raftctl.proto.CommandSize;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.server.served.Limits;
import io.raftctl.server.served.Problem;
import io.raftctl.statemachine.session.RequestId;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The body of a request: one flat JSON object. What is not understood is refused, never guessed.
final class JsonRequest {
  private final JsonObject fields;

  private JsonRequest(JsonObject fields) {
    this.fields = fields;
  }

  /// @param known the fields that the route understands; an empty body is an object without fields
  static JsonRequest parse(byte[] body, List<String> known) throws Problem {
    if (body.length == 0) {
      return new JsonRequest(new JsonObject());
    }
    String text = text(body);
    requireFlat(text);
    JsonObject fields;
    try {
      fields = JsonParser.object().from(text);
    } catch (JsonParserException e) {
      String where = "line " + e.getLinePosition() + ", column " + e.getCharPosition();
      throw Problem.invalid("the body is not a JSON object: at " + where);
    }
    for (String name : fields.keySet()) {
      if (!known.contains(name)) {
        throw Problem.invalid("unknown field; this route understands " + known);
      }
    }
    return new JsonRequest(fields);
  }

  private static String text(byte[] body) throws Problem {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.invalid("the body is not UTF-8");
    }
  }

  /// The parser calls itself for each object within an object, so a hostile body could exhaust the
  /// stack.
  private static void requireFlat(String text) throws Problem {
    boolean quoted = false;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if ((c == '{' || c == '[') && ++depth > 1) {
        throw Problem.invalid("the body must be one JSON object of plain values");
      }
    }
  }

  /// The field's text, or null where it is missing.
  @Nullable String string(String name) throws Problem {
    Object value = fields.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw Problem.invalid("'" + name + "' must be a string");
  }

  /// The words of the field's text, with commas between; none where it is missing.
  List<String> words(String name) throws Problem {
    String text = string(name);
    return text == null || text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  /// The words of the field as `NAME=VALUE`.
  SortedMap<String, String> pairs(String name) throws Problem {
    TreeMap<String, String> pairs = new TreeMap<>();
    for (String word : words(name)) {
      int equals = word.indexOf('=');
      if (equals < 0 || pairs.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
        throw Problem.invalid("'" + name + "' must be ID=HOST:PORT, each id once");
      }
    }
    return pairs;
  }

  /// The field's whole number, or null where it is missing.
  @Nullable Long number(String name, long min) throws Problem {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    boolean whole = value instanceof Integer || value instanceof Long;
    long number = whole ? ((Number) value).longValue() : min - 1;
    if (number < min) {
      throw Problem.invalid("'" + name + "' must be a whole number from " + min + " on");
    }
    return number;
  }

  /// The field's truth; false where it is missing.
  boolean flag(String name) throws Problem {
    Object value = fields.getOrDefault(name, false);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw Problem.invalid("'" + name + "' must be true or false");
  }

  /// The command: UTF-8 text, or any bytes in base64.
  byte[] command() throws Problem {
    String text = string("command");
    String base64 = string("commandBase64");
    if ((text == null) == (base64 == null)) {
      throw Problem.invalid("give either 'command' or 'commandBase64'");
    }
    byte[] command = text != null ? utf8(text) : decoded(String.valueOf(base64));
    if (command.length > CommandSize.BYTES_MAX) {
      throw Problem.tooLarge();
    }
    return command;
  }

  private static byte[] utf8(String text) throws Problem {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] command = new byte[bytes.remaining()];
      bytes.get(command);
      return command;
    } catch (CharacterCodingException e) {
      throw Problem.invalid("'command' holds half of a surrogate pair; use 'commandBase64'");
    }
  }

  private static byte[] decoded(String base64) throws Problem {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'commandBase64' is not base64");
    }
  }

  /// The request id, or null where the client leaves it to the node.
  @Nullable RequestId requestId() throws Problem {
    String text = string("requestId");
    try {
      return text == null ? null : RequestId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()));
    }
  }

  /// What a read may rest on; linearizable where the client does not say.
  Consistency consistency() throws Problem {
    String text = string("consistency");
    return switch (text == null ? "linearizable" : text) {
      case "linearizable" -> Consistency.LINEARIZABLE;
      case "lease" -> Consistency.LEASE;
      case "stale" -> Consistency.STALE;
      default -> throw Problem.invalid("'consistency' must be linearizable, lease or stale");
    };
  }

  Duration timeout() throws Problem {
    Object value = fields.get("timeoutMillis");
    if (value == null) {
      return Limits.TIMEOUT_DEFAULT;
    }
    if (value instanceof Integer millis && millis >= 1 && millis <= Limits.TIMEOUT_MAX.toMillis()) {
      return Duration.ofMillis(millis);
    }
    throw Problem.invalid(
        "'timeoutMillis' must be a whole number from 1 to " + Limits.TIMEOUT_MAX.toMillis());
  }

  /// The node named by the field, or null where it is missing.
  @Nullable NodeId node(String name) throws Problem {
    String text = string(name);
    try {
      return text == null ? null : new NodeId(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()));
    }
  }
}
