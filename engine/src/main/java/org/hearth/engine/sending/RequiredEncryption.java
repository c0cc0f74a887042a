package org.hearth.engine.sending;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.e2ee.policy.EncryptionPolicy;
import org.hearth.e2ee.policy.RoomFacts;
import org.hearth.e2ee.policy.Verdict;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// The encryption policy, told what it needs to know of the room.
public record RequiredEncryption(EncryptionPolicy policy) implements SendPolicy {

  @Override
  public Optional<Refusal> check(
      UserId sender, RoomView room, String type, @Nullable String stateKey, ObjectNode content) {
    return switch (policy.check(type, stateKey != null, content, facts(room))) {
      case Verdict.Allowed() -> Optional.empty();
      case Verdict.Refused(var why) -> Optional.of(new Refusal(ErrorCode.M_FORBIDDEN, why));
    };
  }

  private static RoomFacts facts(RoomView room) {
    var encryption = Optional.ofNullable(room.state(StateKey.ENCRYPTION));
    var joinRules = room.state(EventType.JOIN_RULES);
    boolean isPublic =
        joinRules != null
            && joinRules.contentString("join_rule").filter("public"::equals).isPresent();
    return new RoomFacts(
        room.roomId(),
        encryption.map(Event::content),
        encryption.map(Event::eventId),
        isPublic,
        false);
  }
}
