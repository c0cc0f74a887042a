package org.hearth.engine.userdata;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// [Room tags](https://spec.matrix.org/v1.19/client-server-api/#room-tagging), kept as the room
/// account data `m.tag`.
public final class Tags {
  private static final int MAX_TAG_BYTES = 255;
  private static final int MAX_TAGS = 100;

  private final AccountData accountData;

  public Tags(AccountData accountData) {
    this.accountData = accountData;
  }

  /// The tags of a room, by name; empty if there are none.
  public ObjectNode of(UserId userId, RoomId roomId) {
    return accountData
        .get(userId, roomId, AccountData.TAGS)
        .map(Tags::tags)
        .orElseGet(Json::object);
  }

  /// Sets a tag. `M_INVALID_PARAM` for a name that is empty or too long, and for more than 100
  /// tags.
  public Outcome<ObjectNode> set(UserId userId, RoomId roomId, String tag, ObjectNode content) {
    if (tag.isEmpty() || tag.getBytes(StandardCharsets.UTF_8).length > MAX_TAG_BYTES) {
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "A tag has 1 to 255 bytes");
    }
    if (of(userId, roomId).size() >= MAX_TAGS) {
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "A room has at most 100 tags");
    }
    return Outcome.done(
        accountData.update(
            userId,
            roomId,
            AccountData.TAGS,
            data -> {
              ObjectNode tags = tags(data);
              tags.set(tag, content);
              data.set("tags", tags);
              return data;
            }));
  }

  /// Removes a tag, if it is there.
  public void remove(UserId userId, RoomId roomId, String tag) {
    var unused =
        accountData.update(
            userId,
            roomId,
            AccountData.TAGS,
            data -> {
              ObjectNode tags = tags(data);
              if (tags.remove(tag) != null) {
                data.set("tags", tags);
              }
              return data;
            });
  }

  private static ObjectNode tags(ObjectNode data) {
    return data.path("tags") instanceof ObjectNode tags ? tags : Json.object();
  }
}
