package io.raftctl.client;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which links of a node are cut.
///
/// @param blocked whether all of them are, both ways
/// @param blockedLinks single directions, each as `FROM>TO`
public record Faults(boolean blocked, List<String> blockedLinks) {
  static @Nullable Faults of(@Nullable JsonObject json) {
    if (json == null || !json.isBoolean("blocked")) {
      return null;
    }
    JsonArray links = json.getArray("blockedLinks", new JsonArray());
    return new Faults(json.getBoolean("blocked"), links.stream().map(String::valueOf).toList());
  }
}
