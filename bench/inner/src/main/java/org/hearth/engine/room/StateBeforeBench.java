package org.hearth.engine.room;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The state before an event in a room of 100,000 members: whole, and the part that a message
/// needs; from memory, and with empty caches.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class StateBeforeBench {
  private static final int MEMBERS = 100_000;

  private BenchServer server;
  private RoomId room;
  private EventId event;
  private RoomData warm;

  @Setup
  public void make() {
    server = new BenchServer();
    room = server.room(MEMBERS);
    event = server.message(room, 1, "now");
    warm = server.cold(room);
    whole(warm);
  }

  @TearDown
  public void close() {
    server.close();
  }

  private long root(RoomData data) {
    var found = data.eventById(event);
    if (found == null) throw new IllegalStateException("the event is there");
    return found.stateBefore();
  }

  private Map<Integer, Integer> whole(RoomData data) {
    var entries = data.entries(root(data));
    if (entries.size() < MEMBERS) throw new IllegalStateException("the state is whole");
    return entries;
  }

  private Map<StateKey, RoomEvent> forMessage(RoomData data) {
    return data.state(
        root(data),
        List.of(
            StateKey.CREATE,
            StateKey.POWER_LEVELS,
            StateKey.JOIN_RULES,
            StateKey.member(BenchServer.user(4711))));
  }

  @Benchmark
  public Map<Integer, Integer> wholeWarm() {
    return whole(warm);
  }

  @Benchmark
  public Map<Integer, Integer> wholeCold() {
    return whole(server.cold(room));
  }

  @Benchmark
  public Map<StateKey, RoomEvent> forMessageWarm() {
    return forMessage(warm);
  }

  @Benchmark
  public Map<StateKey, RoomEvent> forMessageCold() {
    return forMessage(server.cold(room));
  }
}
