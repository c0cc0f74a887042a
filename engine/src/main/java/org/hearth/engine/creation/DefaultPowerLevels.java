package org.hearth.engine.creation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;

/// The power levels a new room starts with.
///
/// In rooms whose creators stand above all levels they must not be listed, and `m.room.tombstone`
/// is put above `state_default` so that only they can upgrade the room ([room version
/// 12](https://spec.matrix.org/v1.19/rooms/v12/)).
final class DefaultPowerLevels {
  private static final int ADMINISTRATOR = 100;
  private static final int MODERATOR = 50;
  private static final int ABOVE_ADMINISTRATORS = 150;

  private DefaultPowerLevels() {}

  /// @param powerful the creator, and who else gets their power
  static ObjectNode content(RoomRules rules, Preset preset, Collection<UserId> powerful) {
    var content = Json.object();
    var users = content.putObject("users");
    if (!rules.creatorsHaveInfinitePower())
      for (var user : powerful) users.put(user.value(), ADMINISTRATOR);
    content.put("users_default", 0);
    content
        .putObject("events")
        .put(EventType.NAME, MODERATOR)
        .put(EventType.AVATAR, MODERATOR)
        .put(EventType.CANONICAL_ALIAS, MODERATOR)
        .put(EventType.POWER_LEVELS, ADMINISTRATOR)
        .put(EventType.HISTORY_VISIBILITY, ADMINISTRATOR)
        .put(EventType.SERVER_ACL, ADMINISTRATOR)
        .put(EventType.ENCRYPTION, ADMINISTRATOR)
        .put(
            EventType.TOMBSTONE,
            rules.creatorsHaveInfinitePower() ? ABOVE_ADMINISTRATORS : ADMINISTRATOR);
    return content
        .put("events_default", 0)
        .put("state_default", MODERATOR)
        .put("ban", MODERATOR)
        .put("kick", MODERATOR)
        .put("redact", MODERATOR)
        .put("invite", preset.inviteLevel);
  }
}
