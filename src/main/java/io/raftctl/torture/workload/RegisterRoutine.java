package io.raftctl.torture.workload;

import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Reads, writes, and compares with what it knows and sets. No value is ever written twice, so each
/// read tells which write it saw.
final class RegisterRoutine extends Routine {
  private final Map<String, String> known = new HashMap<>();

  RegisterRoutine(Witness witness, List<String> keys, Random random) {
    super(witness, keys, random);
  }

  @Override
  void turn() throws InterruptedException {
    String key = anyKey();
    switch (random.nextInt(5)) {
      case 0, 1 -> get(key);
      case 2 -> put(key);
      default -> cas(key);
    }
  }

  private void get(String key) throws InterruptedException {
    Witness.Heard heard = witness.get(key);
    if (heard.done()) {
      known.put(key, heard.reply());
    }
  }

  private void put(String key) throws InterruptedException {
    String value = witness.newValue();
    long call = witness.now();
    Witness.Heard heard = witness.submit("put " + key + " " + value);
    witness.testify(Function.PUT, key, Value.of(value), Value.ABSENT, call, heard.fate());
    known.put(key, value);
  }

  private void cas(String key) throws InterruptedException {
    String old = known.get(key);
    if (old == null) {
      get(key);
      return;
    }
    String value = witness.newValue();
    long call = witness.now();
    Witness.Heard heard = witness.submit("cas " + key + " " + old + " " + value);
    boolean found = heard.fate() == Fate.REFUSED && !heard.reply().startsWith("(");
    witness.testify(
        Function.CAS,
        key,
        Value.of(List.of(Value.of(old), Value.of(value))),
        found ? Value.of(heard.reply()) : Value.ABSENT,
        call,
        heard.fate() == Fate.REFUSED && !found ? Fate.NOTHING : heard.fate());
    known.put(key, found ? heard.reply() : value);
  }
}
