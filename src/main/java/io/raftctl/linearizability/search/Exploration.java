package io.raftctl.linearizability.search;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Verdict.Attempt;
import io.raftctl.linearizability.Verdict.Lack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One way through all orders: depth first, and never on from where it has been (Wing and Gong
/// 1993, with the memory of Lowe 2017).
///
/// Where it has been is a *configuration*: which operations are in the order, and the state after
/// them. What may come next is whatever was called before the first return that is still ahead. Of
/// these it leaves out what cannot matter:
/// - A read that the state explains goes first, and nothing else is tried there. Whatever order
///   works has that read somewhere, with this same answer; it may as well be here.
/// - An operation whose outcome is unknown may be left out of the order for good. So it is never
///   tried where the next one would overwrite what it did, as a put does: leaving it out works as
///   well. And where the search has been with fewer of these in the order and all else alike, it
///   need not go on: it could have put in there whatever it could here.
/// - Of two equal operations of unknown outcome the one that was called first goes first.
///
/// @param <S> the states of the object
final class Exploration<S> {
  private static final int ATTEMPTS_MAX = 5;
  private static final int STEPS_BETWEEN_LOOKS = 1 << 10;

  private final Model<S> model;
  private final BooleanSupplier expired;
  private final Order<S> order;
  private final ConfigurationSet seen;
  private final OpenSets openSets;
  private final boolean anyOpen;
  private final Map<S, Integer> stateNumbers = new HashMap<>();
  private final Set<S> shown = new HashSet<>();
  private final List<Attempt> attempts = new ArrayList<>();

  /// Orders that come to this return are told.
  private int told = -1;

  /// The latest return that some order was held up at.
  private int wall = -1;

  Exploration(Model<S> model, Timeline timeline, long wordsMax, BooleanSupplier expired) {
    this.model = model;
    this.expired = expired;
    this.order = new Order<>(model, timeline);
    this.seen = new ConfigurationSet(wordsMax);
    this.openSets = new OpenSets(wordsMax / 2);
    this.anyOpen = timeline.answered() < timeline.size();
  }

  /// Goes on until the order is complete or nothing is left to try.
  ///
  /// @return what it ran out of; null where it came to its end
  @Nullable Lack run() {
    long steps = 0;
    enter();
    while (!order.isComplete() && attempts.size() < ATTEMPTS_MAX) {
      if (++steps % STEPS_BETWEEN_LOOKS == 0 && expired.getAsBoolean()) {
        return Lack.TIME;
      }
      if (seen.isFull() || openSets.isFull()) {
        return Lack.MEMORY;
      }
      if (!advance() && !order.retreat()) {
        return null;
      }
    }
    return null;
  }

  /// Whether there is an order that explains everything.
  boolean found() {
    return order.isComplete();
  }

  /// The first return that no order passes.
  int wall() {
    return wall;
  }

  /// Orders that come as far as a return, to different states.
  List<Attempt> attemptsAt(int end) {
    told = end;
    run();
    return attempts;
  }

  /// Puts the next candidate into the order that leads to somewhere new.
  private boolean advance() {
    while (order.tryNext()) {
      if (enter()) {
        return true;
      }
      order.retreat();
    }
    return false;
  }

  /// @return whether it is worth to go on from here
  private boolean enter() {
    order.takeReads();
    if (order.isComplete()) {
      return true;
    }
    int next = order.nextReturn();
    wall = Math.max(wall, next);
    if (next == told && shown.add(order.state())) {
      attempts.add(new Attempt(order.numbers(), model.show(order.state())));
    }
    Integer known = stateNumbers.putIfAbsent(order.state(), stateNumbers.size());
    int length = order.describe(known == null ? stateNumbers.size() - 1 : known);
    int before = seen.size();
    int number = seen.number(order.words(), length);
    return anyOpen ? openSets.admit(number, order.openTaken()) : number == before;
  }
}
