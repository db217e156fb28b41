package io.raftctl.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// A page that draws its data by a script of its own, and needs nothing but itself.
///
/// Its template begins with a line `@HEAD@`, and has a line `@DATA@` before its own script, which
/// finds `data`, `byId` and `element` there.
public final class DataPage {
  private DataPage() {}

  /// The page as HTML.
  ///
  /// @param owner whose template it is; it lies beside the class
  public static String of(Class<?> owner, String template, JsonObject data) {
    // In a script element only "<" can end anything.
    String json = JsonWriter.string(data).replace("<", "\\u003c");
    return resource(owner, template)
        .replace("@HEAD@\n", resource(DataPage.class, "head.html"))
        .replace("@DATA@\n", resource(DataPage.class, "data.html"))
        .replace("@JSON@", json);
  }

  private static String resource(Class<?> owner, String name) {
    try (InputStream file = owner.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
