package org.hearth.e2ee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FanoutTest {
  private final Fanout fanout = new Fanout(task -> Thread.ofVirtual().start(task));

  @Test
  void resultsComeInTheOrderOfTheItemsAndNoMoreAreUnderWayThanAllowed() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var items = IntStream.range(0, 100).boxed().toList();
    var results =
        fanout.map(
            items,
            4,
            item -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Thread.yield();
              now.decrementAndGet();
              return item * 2;
            });
    assertThat(results).isEqualTo(items.stream().map(item -> item * 2).toList());
    assertThat(most.get()).isLessThanOrEqualTo(4);
  }

  /// Each of the two waits for the other one.
  @Test
  void itemsAreDoneAtTheSameTime() {
    var barrier = new CyclicBarrier(2);
    var results =
        fanout.map(
            List.of("a", "b"),
            2,
            item -> {
              try {
                barrier.await(30, TimeUnit.SECONDS);
                return item;
              } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(results).containsExactly("a", "b");
  }

  @Test
  void whatTheFunctionThrowsIsThrown() {
    assertThat(fanout.map(List.of(), 3, item -> item)).isEmpty();
    assertThatThrownBy(
            () ->
                fanout.map(
                    List.of(1, 2),
                    2,
                    item -> {
                      throw new IllegalArgumentException("no");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no");
  }
}
