package io.raftctl.server.packets;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Map<String, String> book = new ConcurrentSkipListMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch answers = new CountDownLatch(1);
  private final Names names = new Names(this::lookUp);

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    asked.incrementAndGet();
    if (host.equals("slow")) {
      try {
        answers.await();
      } catch (InterruptedException e) {
        throw new UnknownHostException(host);
      }
    }
    String address = book.get(host);
    if (address == null) {
      throw new UnknownHostException(host);
    }
    return new InetAddress[] {InetAddress.ofLiteral(address)};
  }

  @Test
  void aNameIsLookedUpAgainUntilItIsKnown() {
    names.ask(List.of("a"), LONG);
    assertThat(names.of("a")).isEmpty();
    book.put("a", "10.0.0.1");
    names.ask(List.of("a"), LONG);
    assertThat(names.of("a")).containsExactly(InetAddress.ofLiteral("10.0.0.1"));
    book.put("a", "10.0.0.2");
    names.ask(List.of("a"), LONG);
    assertThat(names.of("a")).containsExactly(InetAddress.ofLiteral("10.0.0.2"));
  }

  @Test
  void whatWasKnownStaysKnownWhenTheNameServiceFails() {
    book.put("a", "10.0.0.1");
    names.ask(List.of("a"), LONG);
    book.clear();
    names.ask(List.of("a"), LONG);
    assertThat(names.of("a")).containsExactly(InetAddress.ofLiteral("10.0.0.1"));
  }

  @Test
  void aLookUpThatHangsHoldsUpNobodyAndIsAskedForOnce() {
    book.putAll(Map.of("a", "10.0.0.1", "slow", "10.0.0.2"));
    for (int i = 0; i < 3; i++) {
      names.ask(List.of("slow", "a"), Duration.ofMillis(50));
    }
    assertThat(names.of("slow")).isEmpty();
    names.ask(List.of("a"), Duration.ofMillis(50)); // Its answer may have come too late before.
    Await.until(
        "the other one is known",
        () -> {
          names.ask(List.of("a"), Duration.ofMillis(50));
          return !names.of("a").isEmpty();
        });
    int before = asked.get();
    names.ask(List.of("slow"), Duration.ZERO);
    assertThat(asked).hasValue(before);

    answers.countDown();
    names.ask(List.of("slow"), LONG);
    assertThat(names.of("slow")).containsExactly(InetAddress.ofLiteral("10.0.0.2"));
  }
}
