package org.hearth.engine.auth;

import com.fasterxml.jackson.databind.JsonNode;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.CreatorRule;

/// Who created a room, by the rule of its version.
public record Creators(Event create) {
  /// Whether the user is the creator, or one of them.
  public boolean include(UserId user) {
    CreatorRule rule = create.rules().creatorRule();
    return switch (rule) {
      case CONTENT_CREATOR, SENDER -> isFirst(user.value());
      case SENDER_AND_ADDITIONAL -> isFirst(user.value()) || isAdditional(user);
    };
  }

  /// Whether the user may make the first join: additional creators may not.
  boolean isFirst(String user) {
    return switch (create.rules().creatorRule()) {
      case CONTENT_CREATOR -> create.contentString("creator").filter(user::equals).isPresent();
      case SENDER, SENDER_AND_ADDITIONAL -> create.sender().value().equals(user);
    };
  }

  private boolean isAdditional(UserId user) {
    for (JsonNode additional : create.content().path("additional_creators")) {
      if (user.value().equals(additional.textValue())) return true;
    }
    return false;
  }
}
