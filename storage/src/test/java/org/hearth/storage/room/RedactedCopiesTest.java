package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.hearth.engine.room.Draft;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

/// Servers give history that the asking one may not see in its redacted form. The same events may
/// have come whole before, as the state of a room that somebody joined.
class RedactedCopiesTest extends TwoServers {
  /// In versions before 11 a redacted `m.room.power_levels` has no level for `invite`.
  private static final RoomVersion VERSION = RoomVersion.V10;

  private void hide(RoomId room) {
    var joined = content("history_visibility", "joined");
    append(a, room, Draft.state(alice, "m.room.history_visibility", "", joined));
  }

  private void backfill(RoomId room) {
    done(
        b.engine()
            .timeline()
            .messages(room, bob, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true));
  }

  private Standing standing(RoomId room, EventId id) {
    return b.engine().rooms().event(room, id).orElseThrow().standing();
  }

  @Test
  void whatCameWholeWithTheStateStaysWhole() {
    var room = createRoom(VERSION, "public");
    hide(room);
    var name = content("membership", "join").put("displayname", "Alice");
    var member = append(a, room, Draft.state(alice, "m.room.member", alice.value(), name));
    joinBob(room);
    assertThat(standing(room, member)).isEqualTo(Standing.OUTLIER);
    backfill(room);
    assertThat(standing(room, member)).isEqualTo(Standing.ACCEPTED);
    assertThat(b.engine().rooms().event(room, member).orElseThrow().event().content())
        .isEqualTo(name);
  }

  @Test
  void whatAuthorisesOthersIsJudgedWhole() {
    var room = createRoom(VERSION, "public");
    var zoe = a.user("zoe");
    append(a, room, Draft.state(zoe, "m.room.member", zoe.value(), content("membership", "join")));
    var levels = Json.object().put("state_default", 0).put("invite", 50);
    levels.putObject("users").put(alice.value(), 100);
    append(a, room, Draft.state(alice, "m.room.power_levels", "", levels));
    hide(room);
    // Anybody may send levels that change nothing; without `invite` they would change something.
    var same = append(a, room, Draft.state(zoe, "m.room.power_levels", "", levels));
    joinBob(room);
    backfill(room);
    assertThat(standing(room, same)).isEqualTo(Standing.ACCEPTED);
  }
}
