package org.hearth.engine.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;

/// The power levels of a room that takes the place of another.
///
/// @param first what the room starts with: enough for the upgrading user to set it up
/// @param last what stays: the old levels as far as the new version has them; empty if `first` is
///   that already
record UpgradedPowerLevels(ObjectNode first, Optional<ObjectNode> last) {
  private static final int ABOVE_ADMINISTRATORS = 150;

  /// The old levels as integers, which some room versions do not ask for, and without those whom
  /// the new version puts above all levels anyway.
  static UpgradedPowerLevels of(
      UserId creator, RoomView old, RoomRules rules, List<UserId> additionalCreators) {
    var event = old.state(EventType.POWER_LEVELS);
    var levels =
        event == null ? Json.object() : PowerLevels.asIntegers(event.content(), old.rules());
    var users = object(levels, "users");
    if (rules.creatorsHaveInfinitePower()) {
      users.remove(creator.value());
      additionalCreators.forEach(user -> users.remove(user.value()));
      raiseTombstone(levels);
      return new UpgradedPowerLevels(levels, Optional.empty());
    }
    if (old.rules().creatorsHaveInfinitePower() || event == null) users.put(creator.value(), 100);
    long has = users.path(creator.value()).asLong(levels.path("users_default").asLong(0));
    long needed = needed(levels);
    if (has >= needed) return new UpgradedPowerLevels(levels, Optional.empty());
    var raised = levels.deepCopy();
    object(raised, "users").put(creator.value(), needed);
    return new UpgradedPowerLevels(raised, Optional.of(levels));
  }

  /// For every state event, and for bans.
  private static long needed(ObjectNode levels) {
    long needed = Math.max(levels.path("state_default").asLong(50), levels.path("ban").asLong(50));
    for (JsonNode level : levels.path("events")) needed = Math.max(needed, level.asLong());
    return needed;
  }

  private static ObjectNode object(ObjectNode parent, String key) {
    return parent.get(key) instanceof ObjectNode child ? child : parent.putObject(key);
  }

  private static void raiseTombstone(ObjectNode levels) {
    var events = object(levels, "events");
    long stateDefault = levels.path("state_default").asLong(50);
    if (events.path(EventType.TOMBSTONE).asLong(stateDefault) <= stateDefault)
      events.put(EventType.TOMBSTONE, Math.max(ABOVE_ADMINISTRATORS, stateDefault + 1));
  }
}
