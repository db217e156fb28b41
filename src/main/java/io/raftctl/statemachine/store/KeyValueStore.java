package io.raftctl.statemachine.store;

import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.store.StoreCommand.Cas;
import io.raftctl.statemachine.store.StoreCommand.Del;
import io.raftctl.statemachine.store.StoreCommand.Get;
import io.raftctl.statemachine.store.StoreCommand.Incr;
import io.raftctl.statemachine.store.StoreCommand.Keys;
import io.raftctl.statemachine.store.StoreCommand.NotUnderstood;
import io.raftctl.statemachine.store.StoreCommand.Put;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.pcollections.TreePMap;

/// Keys and values, both text.
///
/// | command | reply | negative reply |
/// |---|---|---|
/// | `put K V` | `OK` | |
/// | `get K` | the value | `(not found)` |
/// | `del K` | `OK` | `(not found)` |
/// | `cas K OLD NEW` | `OK`: it was OLD and is NEW | the value that it is, or `(not found)` |
/// | `incr K [N]` | the new number; a missing key is 0 | why not: no number, or over 64 bits |
/// | `keys [PREFIX]` | the keys that start with PREFIX, sorted, one a line | |
/// | anything else | | `not understood: …` |
///
/// A negative reply leaves the state as it was. `put` takes the rest of the line as the value,
/// blanks included; everything else is words, which [CommandText] defines. In the reply of `keys` a
/// key is written as a command would have to write it, so that even one with a line break stays on
/// its line.
///
/// The thread that applies the log replaces the state with each write. The state itself never
/// changes ([StoreState]), so a snapshot of it is written while the writes go on.
public final class KeyValueStore implements StateMachine {
  private static final Reply OK = Reply.ok("OK");
  private static final Reply NOT_FOUND = Reply.no("(not found)");

  /// Sorted, so that `keys` answers alike on every node.
  private TreePMap<String, String> values = TreePMap.empty();

  @Override
  public Reply apply(long index, byte[] command) {
    return switch (StoreCommand.parse(command)) {
      case Put put -> put(put);
      case Get get -> get(get);
      case Del del -> del(del);
      case Cas cas -> cas(cas);
      case Incr incr -> incr(incr);
      case Keys keys -> keys(keys);
      case NotUnderstood no -> notUnderstood(no.why());
    };
  }

  @Override
  public Reply query(byte[] command) {
    return switch (StoreCommand.parse(command)) {
      case Get get -> get(get);
      case Keys keys -> keys(keys);
      case Put _, Del _, Cas _, Incr _ ->
          notUnderstood("a command that writes cannot be read; submit it");
      case NotUnderstood no -> notUnderstood(no.why());
    };
  }

  @Override
  public State state() {
    return new StoreState(values);
  }

  @Override
  public State read(InputStream written) throws IOException {
    return StoreState.read(written);
  }

  @Override
  public void restore(State state) {
    values = ((StoreState) state).values();
  }

  private Reply put(Put put) {
    values = values.plus(put.key(), put.value());
    return OK;
  }

  private Reply del(Del del) {
    if (!values.containsKey(del.key())) {
      return NOT_FOUND;
    }
    values = values.minus(del.key());
    return OK;
  }

  private Reply get(Get get) {
    String value = values.get(get.key());
    return value == null ? NOT_FOUND : Reply.ok(value);
  }

  private Reply cas(Cas cas) {
    String value = values.get(cas.key());
    if (value == null) {
      return NOT_FOUND;
    }
    if (!value.equals(cas.expected())) {
      return Reply.no(value);
    }
    values = values.plus(cas.key(), cas.value());
    return OK;
  }

  private Reply incr(Incr incr) {
    String held = values.get(incr.key());
    String value = held == null ? "0" : held;
    Long number = StoreCommand.number(value);
    if (number == null) {
      return Reply.no("not a number: " + incr.key() + " holds '" + value + "'");
    }
    try {
      String sum = Long.toString(Math.addExact(number, incr.by()));
      values = values.plus(incr.key(), sum);
      return Reply.ok(sum);
    } catch (ArithmeticException e) {
      return Reply.no("too large: " + number + " and " + incr.by() + " need more than 64 bits");
    }
  }

  private Reply keys(Keys keys) {
    StringBuilder found = new StringBuilder();
    for (Map.Entry<String, String> entry : values.tailMap(keys.prefix()).entrySet()) {
      if (!entry.getKey().startsWith(keys.prefix())) {
        break;
      }
      found.append(found.isEmpty() ? "" : "\n").append(CommandText.quote(entry.getKey()));
    }
    return Reply.ok(found.toString());
  }

  private static Reply notUnderstood(String why) {
    return Reply.no("not understood: " + why);
  }
}
