package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.server.BusyHeap.Free;
import org.junit.jupiter.api.Test;

class BusyHeapTest {
  private static final Free IDLE = new Free(10, 30);
  private static final Free WORKING = new Free(60, 100);

  private final AtomicLong collections = new AtomicLong(7);
  private final List<Free> set = new ArrayList<>();

  private final BusyHeap heap =
      new BusyHeap(
          collections::get,
          new BusyHeap.Settings() {
            @Override
            public Free free() {
              return set.isEmpty() ? IDLE : set.getLast();
            }

            @Override
            public void free(Free free) {
              set.add(free);
            }
          });

  private void look(int times, int collectionsEach) {
    for (int i = 0; i < times; i++) {
      collections.addAndGet(collectionsEach);
      heap.look();
    }
  }

  @Test
  void anIdleServerStaysAsItWasStarted() {
    look(100, 1);
    assertThat(set).isEmpty();
  }

  @Test
  void aServerAtWorkGetsTheWholeHeapAtOnce() {
    look(3, 3);
    assertThat(set).containsExactly(WORKING);
  }

  @Test
  void itIsGivenBackAfterAMinuteWithoutWork() {
    look(1, 50);
    look(11, 0);
    look(1, 50);
    look(11, 0);
    assertThat(set).containsExactly(WORKING);
    look(1, 0);
    assertThat(set).containsExactly(WORKING, IDLE);
    look(1, 50);
    assertThat(set).containsExactly(WORKING, IDLE, WORKING);
  }

  @Test
  void thisJavaHasTheSettings() {
    var here = BusyHeap.ofThisProcess().orElseThrow();
    here.look();
  }
}
