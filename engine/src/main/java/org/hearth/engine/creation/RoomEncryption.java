package org.hearth.engine.creation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.EventType;

/// Whether new rooms are encrypted. Where encryption is required, a room is encrypted from its
/// creation, except for spaces and policy rooms, which hold state and no conversation.
///
/// @param required by the server's configuration
public record RoomEncryption(boolean required) {
  private static final Set<String> WITHOUT_CONVERSATION =
      Set.of("m.space", "m.policy", "support.feline.policy.lists.msc.v1");

  boolean wantedFor(NewRoom request) {
    return required && initial(request).isEmpty() && !withoutConversation(request);
  }

  /// A request that asks for some other algorithm asks for no encryption that we know; so does one
  /// that asks twice, since the last of equal states holds.
  Optional<Refusal> refusal(NewRoom request) {
    var initial = initial(request);
    if (!required) return Optional.empty();
    return initial.stream()
            .map(event -> event.content().path("algorithm").textValue())
            .allMatch("m.megolm.v1.aes-sha2"::equals)
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                ErrorCode.M_FORBIDDEN,
                "Rooms on this server are encrypted: set the algorithm m.megolm.v1.aes-sha2, or leave m.room.encryption out."));
  }

  private static List<NewRoom.StateEvent> initial(NewRoom request) {
    return request.initialState().stream()
        .filter(event -> event.type().equals(EventType.ENCRYPTION) && "".equals(event.stateKey()))
        .toList();
  }

  private static boolean withoutConversation(NewRoom request) {
    var content = request.creationContent();
    var type = content == null ? null : content.path("type").textValue();
    return type != null && WITHOUT_CONVERSATION.contains(type);
  }
}
