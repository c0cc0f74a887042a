package org.hearth.engine.room;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hearth.schemas.id.EventId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Two forks of a large room that changed the same 100 members: 200 conflicting state events.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class ResolutionBench {
  private static final int KEYS = 100;

  @Param({"10000", "100000"})
  public int members;

  private BenchServer server;
  private RoomData data;
  private List<Long> roots = List.of();

  @Setup
  public void make() {
    server = new BenchServer();
    var room = server.room(members);
    var start = server.message(room, 0, "here they part");
    var one = server.fork(room, start, KEYS, "one ");
    var other = server.fork(room, start, KEYS, "other ");
    data = server.cold(room);
    roots = List.of(after(one), after(other));
  }

  private long after(EventId event) {
    var found = data.eventById(event);
    if (found == null) throw new IllegalStateException("the fork was refused");
    return found.stateAfter();
  }

  @TearDown
  public void close() {
    server.close();
  }

  @Benchmark
  public long resolve() {
    var edit = new StateEdit(data);
    long root = Resolution.resolve(data, edit, roots);
    edit.discard();
    return root;
  }
}
