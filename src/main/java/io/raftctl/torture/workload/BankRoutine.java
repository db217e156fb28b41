package io.raftctl.torture.workload;

import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Moves money between accounts. All accounts stand under one key, since a command of the store
/// changes one key; a transfer is a compare with what was read. Money is neither made nor lost.
final class BankRoutine extends Routine {
  private static final int ACCOUNTS = 5;
  private static final int BALANCE = 20;
  private static final int AMOUNT_MAX = 5;

  /// What the accounts hold at first.
  static final String OPENED =
      IntStream.range(0, ACCOUNTS)
          .mapToObj(_ -> Integer.toString(BALANCE))
          .collect(Collectors.joining(","));

  /// As many numbers as there are accounts, of which none is in debt.
  private static final Pattern LIST =
      Pattern.compile("[0-9]{1,8}(,[0-9]{1,8}){" + (ACCOUNTS - 1) + "}");

  private final String key;

  /// @param keys one, under which all accounts stand
  BankRoutine(Witness witness, List<String> keys, Random random) {
    super(witness, keys, random);
    this.key = keys.getFirst();
  }

  @Override
  void turn() throws InterruptedException {
    Witness.Heard heard = witness.get(key);
    boolean list = heard.done() && LIST.matcher(heard.reply()).matches();
    boolean sound = list && sum(heard.reply()) == sum(OPENED);
    if (heard.fate() == Fate.REFUSED || (heard.done() && !sound)) {
      broken(
          "the accounts of %s held %d in all, and now: %s"
              .formatted(key, sum(OPENED), heard.reply()));
    }
    if (list && random.nextBoolean()) {
      transfer(heard.reply());
    }
  }

  private void transfer(String before) throws InterruptedException {
    int[] accounts = accounts(before);
    int from = random.nextInt(ACCOUNTS);
    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    int amount = 1 + random.nextInt(AMOUNT_MAX);
    if (accounts[from] < amount) {
      return;
    }
    accounts[from] -= amount;
    accounts[to] += amount;
    String after =
        Arrays.stream(accounts).mapToObj(Integer::toString).collect(Collectors.joining(","));
    long call = witness.now();
    Witness.Heard heard = witness.submit("cas " + key + " " + before + " " + after);
    boolean found = heard.fate() == Fate.REFUSED;
    witness.testify(
        Function.CAS,
        key,
        Value.of(List.of(Value.of(before), Value.of(after))),
        found ? Value.of(heard.reply()) : Value.ABSENT,
        call,
        heard.fate());
  }

  private static int[] accounts(String text) {
    return Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private static int sum(String text) {
    return Arrays.stream(accounts(text)).sum();
  }
}
