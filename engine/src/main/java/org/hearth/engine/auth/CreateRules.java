package org.hearth.engine.auth;

import static org.hearth.engine.auth.Verdict.allow;
import static org.hearth.engine.auth.Verdict.reject;

import com.fasterxml.jackson.databind.JsonNode;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.CreatorRule;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.RoomVersion;

/// `m.room.create`: rule 1 of all [room
/// versions](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules).
record CreateRules(RoomRules rules) {

  Verdict check(Event event) {
    // "If it has any prev_events, reject."
    if (!event.prevEvents().isEmpty()) return reject(Rule.CREATE_COMES_FIRST);

    if (rules.roomIdIsCreateHash()) {
      // "If the event has a room_id, reject."
      if (event.json().has("room_id")) return reject(Rule.CREATE_HAS_NO_ROOM_ID);
    } else {
      // "If the domain of the room_id does not match the domain of the sender, reject."
      ServerName creatorsServer = event.sender().serverName();
      if (event.roomId().serverName().filter(creatorsServer::equals).isEmpty()) {
        return reject(Rule.CREATE_BELONGS_TO_THE_ROOMS_SERVER);
      }
    }

    // "If content.room_version is present and is not a recognised version, reject."
    JsonNode version = event.content().path("room_version");
    boolean known = version.isTextual() && RoomVersion.isKnown(version.textValue());
    if (!version.isMissingNode() && !known) return reject(Rule.ROOM_VERSION_IS_KNOWN);

    // "If content has no creator property, reject."
    if (rules.creatorRule() == CreatorRule.CONTENT_CREATOR && !event.content().has("creator")) {
      return reject(Rule.CREATE_NAMES_A_CREATOR);
    }

    // "If additional_creators is present in content and is not an array of strings where each
    // string passes the same user ID validation applied to sender, reject."
    if (rules.creatorRule() == CreatorRule.SENDER_AND_ADDITIONAL
        && event.content().has("additional_creators")
        && !isListOfUsers(event.content().get("additional_creators"))) {
      return reject(Rule.ADDITIONAL_CREATORS_ARE_USERS);
    }

    // "Otherwise, allow."
    return allow();
  }

  private static boolean isListOfUsers(JsonNode list) {
    if (!list.isArray()) return false;
    for (JsonNode user : list) {
      if (!user.isTextual() || UserId.tryParse(user.textValue()).isEmpty()) return false;
    }
    return true;
  }
}
