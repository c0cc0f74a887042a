package org.hearth.engine.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hearth.engine.auth.RoomFixture.ALICE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hearth.engine.auth.RoomFixture;
import org.hearth.engine.auth.Rule;
import org.hearth.engine.auth.Verdict;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AuthEventsCheckTest {
  /// "If there are duplicate entries for a given `type` and `state_key` pair, reject": also one
  /// event that is named twice is two entries.
  @ParameterizedTest
  @EnumSource
  void anEventThatIsNamedTwiceIsADuplicate(RoomVersion version) {
    var room = RoomFixture.publicRoom(version);
    var good = room.message(ALICE);
    var ids = new ArrayList<>(good.authEvents());
    ids.add(ids.getFirst());
    var twice =
        room.built(room.builder(ALICE, "m.room.message").roomId(room.roomId()).authEvents(ids));

    assertThat(check(room, good)).isEqualTo(Verdict.allow());
    assertThat(check(room, twice)).isEqualTo(Verdict.reject(Rule.AUTH_EVENTS_HAVE_NO_DUPLICATES));
  }

  private static Verdict check(RoomFixture room, Event event) {
    var key = new RoomKey(1, room.roomId(), room.rules());
    Map<EventId, RoomEvent> known = new HashMap<>();
    for (var each : room.stateMap().values())
      known.put(
          each.eventId(),
          new RoomEvent(key, 1, each, 1, Standing.ACCEPTED, 0, 0, 0, List.of(), 0, null));
    return AuthEventsCheck.check(event, known, room.state().get(StateKey.CREATE));
  }
}
