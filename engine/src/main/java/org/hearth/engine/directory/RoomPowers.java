package org.hearth.engine.directory;

import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// [Powers] by the room's current power levels.
public record RoomPowers(Rooms rooms) implements Powers {

  @Override
  public boolean maySendState(RoomId roomId, UserId userId, String eventType) {
    return rooms.view(roomId).filter(view -> maySendState(view, userId, eventType)).isPresent();
  }

  private static boolean maySendState(RoomView view, UserId userId, String eventType) {
    var levels = PowerLevels.of(view.createEvent(), view.state(StateKey.POWER_LEVELS));
    return view.membership(userId).equals("join")
        && levels.user(userId) >= levels.required(eventType, true);
  }
}
