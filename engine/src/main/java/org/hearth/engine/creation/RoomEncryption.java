package org.hearth.engine.creation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hearth.e2ee.policy.EncryptionPolicy;
import org.hearth.e2ee.policy.Verdict;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.json.Json;

/// Whether new rooms are encrypted. Where encryption is required, a room is encrypted from its
/// creation, except for spaces and policy rooms, which hold state and no conversation.
///
/// @param required by the server's configuration
public record RoomEncryption(boolean required) {
  private static final String MEGOLM = "m.megolm.v1.aes-sha2";
  private static final Set<String> WITHOUT_CONVERSATION =
      Set.of("m.space", "m.policy", "support.feline.policy.lists.msc.v1");

  boolean wantedFor(NewRoom request) {
    return required && initial(request).isEmpty() && !withoutConversation(request);
  }

  /// A request that asks for some other algorithm asks for no encryption that we know; so does one
  /// that asks twice, since the last of equal states holds. The first state of a room is no way for
  /// words either.
  Optional<Refusal> refusal(NewRoom request) {
    if (!required) return Optional.empty();
    return words(request).or(() -> weakness(request));
  }

  private static Optional<Refusal> words(NewRoom request) {
    for (var event : request.initialState()) {
      if (EncryptionPolicy.checkFirstState(event.type(), event.content())
          instanceof Verdict.Refused(var why))
        return Optional.of(new Refusal(ErrorCode.M_FORBIDDEN, why));
    }
    return Optional.empty();
  }

  private static Optional<Refusal> weakness(NewRoom request) {
    return initial(request).stream()
        .flatMap(event -> EncryptionPolicy.weakness(event.content(), Json.object()).stream())
        .map(
            why ->
                new Refusal(
                    ErrorCode.M_FORBIDDEN,
                    "Rooms on this server are encrypted. "
                        + why
                        + " Leaving m.room.encryption out of the request is enough."))
        .findFirst();
  }

  /// The encryption of a room that takes the place of another: the same, but never less than new
  /// rooms have.
  public Optional<ObjectNode> forUpgrade(RoomView old) {
    var present = Optional.ofNullable(old.state(StateKey.ENCRYPTION)).map(Event::content);
    boolean encrypted =
        present.filter(content -> MEGOLM.equals(content.path("algorithm").textValue())).isPresent();
    var type = old.createEvent().contentString("type").orElse("");
    if (encrypted || !required || (present.isEmpty() && WITHOUT_CONVERSATION.contains(type)))
      return present.map(ObjectNode::deepCopy);
    return Optional.of(Json.object().put("algorithm", MEGOLM));
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
