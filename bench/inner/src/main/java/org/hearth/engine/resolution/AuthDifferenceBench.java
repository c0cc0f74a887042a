package org.hearth.engine.resolution;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The auth difference of two branches that have 100,000 events each above 100,000 common ones.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class AuthDifferenceBench {
  private static final int EACH = 100_000;

  private EventGraph graph = new Branches(new int[0][]);
  private Conflicts conflicts = new Conflicts(new Nothing(), List.of());

  @Setup
  public void make() {
    var random = new Random(1);
    var auth = new int[3 * EACH][];
    for (int event = 0; event < auth.length; event++) {
      auth[event] = parents(event, random);
    }
    graph = new Branches(auth);
    conflicts =
        new Conflicts(
            new Nothing(),
            List.of(
                Map.of(StateKey.POWER_LEVELS, 2 * EACH - 1),
                Map.of(StateKey.POWER_LEVELS, 3 * EACH - 1)));
  }

  /// The event before it in its branch, and two others not far below.
  private static int[] parents(int event, Random random) {
    if (event == 0) return new int[0];
    int before = event == 2 * EACH ? EACH - 1 : event - 1;
    int reach = Math.min(event % EACH, 1000);
    if (reach < 2) return new int[] {before};
    return new int[] {
      before, event - 1 - random.nextInt(reach - 1), event - 1 - random.nextInt(reach - 1)
    };
  }

  @Benchmark
  public BitSet authDifference() {
    return AuthDifference.of(conflicts, graph);
  }

  private record Nothing() implements UnconflictedState {
    @Override
    public int get(StateKey key) {
      return ABSENT;
    }

    @Override
    public void forEach(IntConsumer visitor) {}
  }

  /// Edges only: the sweep looks into no event.
  private record Branches(int[][] auth) implements EventGraph {
    @Override
    public int size() {
      return auth.length;
    }

    @Override
    public int[] authEvents(int ordinal) {
      return auth[ordinal];
    }

    @Override
    public Event event(int ordinal) {
      throw new IllegalStateException("the auth difference looks into no event");
    }

    @Override
    public boolean isRejected(int ordinal) {
      return false;
    }

    @Override
    public Event create() {
      throw new IllegalStateException("the auth difference looks into no event");
    }
  }
}
