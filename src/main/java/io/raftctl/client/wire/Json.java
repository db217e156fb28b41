package io.raftctl.client.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import org.jspecify.annotations.Nullable;

/// Reads what a stranger may have written.
public final class Json {
  private Json() {}

  /// The bytes as a JSON object, or null where they are anything else.
  public static @Nullable JsonObject object(byte[] bytes) {
    try {
      return JsonParser.object().from(new String(bytes, UTF_8));
    } catch (JsonParserException | StackOverflowError e) {
      return null; // The parser recurses, so a stranger's brackets can exhaust the stack.
    }
  }

  /// A number's value, or null where there is none.
  public static @Nullable Long number(JsonObject object, String key) {
    return object.get(key) instanceof Number number ? number.longValue() : null;
  }
}
