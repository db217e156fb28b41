package io.raftctl.linearizability.page;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Verdict.Attempt;
import io.raftctl.linearizability.Verdict.Illegal;
import io.raftctl.page.DataPage;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A page that shows why a history is not linearizable: the operations as bars, a row a client, the
/// orders that come the furthest as lines through them, and the faults as bands. It needs nothing
/// but itself.
public final class Page {
  private Page() {}

  /// The page as HTML.
  ///
  /// @param source where the history is from, for its reader
  public static String of(String source, History history, Illegal illegal) {
    return DataPage.of(Page.class, "page.html", data(source, history, illegal));
  }

  private static JsonObject data(String source, History history, Illegal illegal) {
    JsonObject data = new JsonObject();
    data.put("source", source);
    data.put("key", illegal.key());
    data.put("unit", history.timeUnit().name().toLowerCase(Locale.ROOT));
    data.put("operations", array(illegal.prefix().stream().map(Page::operation).toList()));
    data.put("culprit", illegal.culprit());
    data.put("attempts", array(illegal.attempts().stream().map(Page::attempt).toList()));
    data.put("faults", array(history.faults().stream().map(Page::fault).toList()));
    return data;
  }

  private static JsonArray array(List<JsonObject> objects) {
    return new JsonArray(objects);
  }

  private static JsonObject operation(Operation operation) {
    JsonObject object = new JsonObject();
    object.put("client", operation.client());
    object.put("text", operation.toString());
    object.put("call", operation.call());
    object.put("end", end(operation.end()));
    return object;
  }

  private static JsonObject fault(Fault fault) {
    JsonObject object = new JsonObject();
    object.put("what", fault.what());
    object.put("begin", fault.begin());
    object.put("end", end(fault.end()));
    return object;
  }

  private static @Nullable Long end(long end) {
    return end == Operation.OPEN ? null : end;
  }

  private static JsonObject attempt(Attempt attempt) {
    JsonObject object = new JsonObject();
    object.put("order", new JsonArray(attempt.order()));
    object.put("state", attempt.state());
    return object;
  }
}
