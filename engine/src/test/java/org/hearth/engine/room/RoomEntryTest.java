package org.hearth.engine.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hearth.engine.auth.RoomFixture.ALICE;

import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.hearth.engine.auth.RoomFixture;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.ledger.BatchWriter;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.Lane;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

class RoomEntryTest {
  private final RoomFixture room = RoomFixture.publicRoom(RoomVersion.V11);
  private final RoomKey key = new RoomKey(1, room.roomId(), room.rules());

  /// Knows nothing, and cannot look for events by their ids.
  private final RoomStore store =
      (RoomStore)
          Proxy.newProxyInstance(
              RoomStore.class.getClassLoader(),
              new Class<?>[] {RoomStore.class},
              (_, method, arguments) -> {
                if (method.getReturnType() == Map.class) return Map.of();
                if (arguments.length == 1) throw new IllegalStateException("no answer");
                return List.of();
              });

  /// Who was told that it is known would never look for it again.
  @Test
  void anEventWhoseEntryFailedHalfWayIsNotTakenForKnown() {
    var data =
        new RoomData(
            key, new RoomMemory(store, new MemoryBudget(1 << 20)), 0, new RecentEvents(0, 0));
    var ledger = new GroupCommitLedger(new NoWriter(), GroupCommitLedger.Limits.DEFAULT);
    var writer =
        new RoomWriter(
            data, Snapshot.EMPTY, 0, -1, true, ALICE.serverName(), ledger, InstantSource.system());
    var event =
        room.built(
            room.builder(ALICE, "m.room.message")
                .roomId(room.roomId())
                .prevEvents(List.of(room.state().create().eventId()))
                .content(Json.object().put("body", "words")));
    var arrival =
        new Arrival(
            event,
            Entrance.LIVE,
            Standing.ACCEPTED,
            null,
            0,
            List.of(),
            null,
            0,
            null,
            List.of(),
            null,
            false,
            false);

    assertThatThrownBy(
            () ->
                writer.write(
                    Lane.FEDERATION,
                    entry -> {
                      throw new AssertionError(entry.append(arrival).toString());
                    }))
        .hasMessage("no answer");

    assertThat(data.events(List.of(1))).isEmpty();
    assertThat(data.pendingRoots()).isEmpty();
  }

  private static final class NoWriter implements BatchWriter {
    @Override
    public Resume resume() {
      return new Resume(0, 0);
    }

    @Override
    public void write(org.hearth.ledger.Batch batch) {
      throw new AssertionError("Nothing is written here.");
    }
  }
}
