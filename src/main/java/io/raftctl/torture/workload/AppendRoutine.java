package io.raftctl.torture.workload;

import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Adds items to lists and reads them. A list is a text, `.1.2.3`; an item is added by replacing
/// the list that was read with a longer one if nobody else has, and by trying again if somebody
/// has.
final class AppendRoutine extends Routine {
  /// A list without items.
  static final String EMPTY = ".";

  AppendRoutine(Witness witness, List<String> keys, Random random) {
    super(witness, keys, random);
  }

  @Override
  void turn() throws InterruptedException {
    String key = anyKey();
    if (random.nextBoolean()) {
      read(key);
    } else {
      append(key);
    }
  }

  @Override
  void readBack() throws InterruptedException {
    for (String key : keys) {
      read(key);
    }
  }

  private void read(String key) throws InterruptedException {
    long call = witness.now();
    Witness.Heard heard = witness.read(key);
    Value out = heard.done() ? Value.of(items(heard.reply())) : Value.ABSENT;
    Fate fate = heard.done() ? Fate.DONE : Fate.NOTHING;
    witness.testify(Function.GET, key, Value.ABSENT, out, call, fate);
  }

  private void append(String key) throws InterruptedException {
    String item = witness.newValue();
    long call = witness.now();
    Fate fate;
    do {
      Witness.Heard list = witness.read(key);
      String longer = (list.reply().equals(EMPTY) ? "" : list.reply()) + "." + item;
      fate =
          list.done()
              ? witness.submit("cas " + key + " " + list.reply() + " " + longer).fate()
              : Fate.NOTHING;
    } while (fate == Fate.REFUSED);
    witness.testify(Function.APPEND, key, Value.of(item), Value.ABSENT, call, fate);
  }

  private static List<Value> items(String list) {
    return Arrays.stream(list.split("\\.")).filter(it -> !it.isEmpty()).map(Value::of).toList();
  }
}
