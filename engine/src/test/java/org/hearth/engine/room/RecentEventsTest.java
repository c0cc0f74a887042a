package org.hearth.engine.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.TimelineStore.Place;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

class RecentEventsTest {
  private static final RoomKey ROOM =
      new RoomKey(7, new RoomId("!room:example.org"), RoomVersion.parse("11").rules());

  private static RoomEvent event(int ordinal, long position, Standing standing, long root) {
    var json =
        Json.object()
            .put("type", "m.room.encrypted")
            .put("sender", "@alice:example.org")
            .put("room_id", ROOM.id().value())
            .put("depth", ordinal)
            .put("origin_server_ts", 1);
    json.putObject("content");
    json.putArray("prev_events");
    json.putArray("auth_events");
    var event = EventReader.readTrusted(json, new EventId("$" + ordinal), ROOM.rules());
    return new RoomEvent(
        ROOM, ordinal, event, position, standing, root, root, root, List.of(), 0, null);
  }

  @Test
  void knowsEverythingAfterItsBeginning() {
    var recent = new RecentEvents(10, 5);
    recent.add(event(4, 12, Standing.ACCEPTED, 5));
    recent.add(event(5, 14, Standing.SOFT_FAILED, 5));
    recent.add(event(6, 16, Standing.ACCEPTED, 6));

    assertThat(recent.between(10, 20, 10)).isEqualTo(Optional.of(List.of(6, 4)));
    assertThat(recent.between(12, 20, 10)).isEqualTo(Optional.of(List.of(6)));
    assertThat(recent.between(10, 15, 10)).isEqualTo(Optional.of(List.of(4)));
    assertThat(recent.between(16, 20, 10)).isEqualTo(Optional.of(List.of()));
  }

  @Test
  void leavesWhatLiesBeforeToStorage() {
    var recent = new RecentEvents(10, 5);
    recent.add(event(4, 12, Standing.ACCEPTED, 5));

    assertThat(recent.between(9, 20, 10)).isEmpty();
    assertThat(recent.between(0, 20, 1)).as("enough without it").isPresent();
    assertThat(recent.rootAt(9)).isEmpty();
  }

  @Test
  void knowsTheStateAtEachPosition() {
    var recent = new RecentEvents(10, 5);
    recent.add(event(4, 12, Standing.ACCEPTED, 8));

    assertThat(recent.rootAt(10)).hasValue(5);
    assertThat(recent.rootAt(11)).hasValue(5);
    assertThat(recent.rootAt(12)).hasValue(8);
    assertThat(recent.rootAt(99)).hasValue(8);
    assertThat(new RecentEvents(0, 0).rootAt(3)).as("a room that did not exist").isEmpty();
  }

  @Test
  void knowsWhatNothingRelatesTo() {
    var recent = new RecentEvents(10, 5);
    recent.add(event(4, 12, Standing.ACCEPTED, 5));
    recent.add(event(5, 13, Standing.ACCEPTED, 5));
    recent.relates(new EventId("$4"));

    assertThat(recent.nothingRelatesTo(new EventId("$5"), 13)).isTrue();
    assertThat(recent.nothingRelatesTo(new EventId("$4"), 12)).isFalse();
    assertThat(recent.nothingRelatesTo(new EventId("$3"), 10)).as("before it").isFalse();
    for (int i = 0; i < 1000; i++) recent.relates(new EventId("$other" + i));
    assertThat(recent.nothingRelatesTo(new EventId("$4"), 12)).as("forgotten").isFalse();
    recent.add(event(6, 14, Standing.ACCEPTED, 5));
    assertThat(recent.nothingRelatesTo(new EventId("$6"), 14)).isTrue();
  }

  @Test
  void forgetsTheOldestAndSaysSo() {
    var recent = new RecentEvents(0, 0);
    for (int i = 1; i <= 300; i++) recent.add(event(i, i, Standing.ACCEPTED, i));

    assertThat(recent.between(172, 300, 1000))
        .hasValueSatisfying(all -> assertThat(all).hasSize(128));
    assertThat(recent.between(171, 300, 1000)).isEmpty();
    assertThat(recent.rootAt(172)).hasValue(172);
    assertThat(recent.rootAt(171)).isEmpty();
  }

  @Test
  void knowsTheDeepestPlaceOnceStorageToldWhereItBegins() {
    var recent = new RecentEvents(10, 5);
    recent.add(event(4, 12, Standing.ACCEPTED, 5));
    recent.add(event(9, 13, Standing.SOFT_FAILED, 5));
    recent.add(event(3, 14, Standing.ACCEPTED, 5));
    assertThat(recent.deepestAt(14)).isEmpty();

    recent.deepestAtBeginning(9, new Place(99, 1));
    assertThat(recent.deepestAt(14)).as("it began elsewhere").isEmpty();
    recent.deepestAtBeginning(10, new Place(2, 3));
    assertThat(recent.deepestAt(9)).isEmpty();
    assertThat(recent.deepestAt(10)).hasValue(new Place(2, 3));
    assertThat(recent.deepestAt(12)).hasValue(new Place(4, 5));
    assertThat(recent.deepestAt(99)).as("late events are less deep").hasValue(new Place(4, 5));

    for (int i = 20; i < 200; i++) recent.add(event(1, i, Standing.ACCEPTED, 5));
    assertThat(recent.deepestAt(199)).as("forgotten, but counted").hasValue(new Place(4, 5));
  }

  @Test
  void forgetsEverythingWhenEventsAreRemoved() {
    var recent = new RecentEvents(10, 5);
    recent.add(event(4, 12, Standing.ACCEPTED, 8));
    recent.without(0);
    assertThat(recent.between(10, 20, 10)).isPresent();

    recent.without(1);
    assertThat(recent.between(11, 20, 10)).isEmpty();
    assertThat(recent.between(12, 20, 10)).hasValue(List.of());
    assertThat(recent.rootAt(12)).hasValue(8);
    assertThat(recent.rootAt(11)).isEmpty();
    assertThat(recent.nothingRelatesTo(new EventId("$4"), 12)).isFalse();
    recent.add(event(5, 13, Standing.ACCEPTED, 8));
    recent.without(1);
    assertThat(recent.between(12, 20, 10)).hasValue(List.of(5));
  }
}
