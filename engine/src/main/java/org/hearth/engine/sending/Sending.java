package org.hearth.engine.sending;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.Requester;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.membership.Memberships;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomAppends;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.ServerAcl;
import org.hearth.engine.room.TransactionId;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// [Sending events to a
/// room](https://spec.matrix.org/v1.19/client-server-api/#sending-events-to-a-room).
public final class Sending {
  private final Rooms rooms;
  private final RoomAppends appends;
  private final Memberships memberships;
  private final Aliases aliases;
  private final SendPolicy policy;
  private final ServerName serverName;

  public Sending(
      ServerName serverName,
      Rooms rooms,
      RoomAppends appends,
      Memberships memberships,
      Aliases aliases,
      SendPolicy policy) {
    this.serverName = serverName;
    this.rooms = rooms;
    this.appends = appends;
    this.memberships = memberships;
    this.aliases = aliases;
    this.policy = policy;
  }

  /// @param transactionId null for application services that act without a device
  /// @param originServerTs milliseconds, for application services; null for now
  public Outcome<EventId> message(
      Requester requester,
      RoomId roomId,
      String type,
      ObjectNode content,
      @Nullable TransactionId transactionId,
      @Nullable Long originServerTs) {
    if (type.equals(EventType.REDACTION)) {
      // "The `redacts` key of the content" names the target when a redaction comes this way, in
      // every room version.
      var target = EventId.tryParse(content.path("redacts").asText(""));
      if (target.isEmpty())
        return Outcome.refused(ErrorCode.M_BAD_JSON, "`redacts` must name an event.");
      var rest = content.deepCopy();
      rest.remove("redacts");
      return redact(requester, roomId, target.get(), rest, transactionId);
    }
    return send(
        roomId,
        new Draft(requester.userId(), type, null, content, null, originServerTs, transactionId));
  }

  /// @param content `reason` and further members; the target goes where the room version wants it
  public Outcome<EventId> redact(
      Requester requester,
      RoomId roomId,
      EventId target,
      ObjectNode content,
      @Nullable TransactionId transactionId) {
    return send(
        roomId,
        new Draft(
            requester.userId(), EventType.REDACTION, null, content, target, null, transactionId));
  }

  public Outcome<EventId> state(
      Requester requester,
      RoomId roomId,
      String type,
      String stateKey,
      ObjectNode content,
      @Nullable Long originServerTs) {
    if (type.equals(EventType.CREATE))
      return Outcome.forbidden("A room is created once; its create event cannot be replaced.");
    if (type.equals(EventType.MEMBER)) {
      var target = UserId.tryParse(stateKey);
      return target.isEmpty()
          ? Outcome.refused(ErrorCode.M_BAD_JSON, "The state key of a member event is a user id.")
          : memberships.put(requester, roomId, target.get(), content);
    }
    return send(
        roomId, new Draft(requester.userId(), type, stateKey, content, null, originServerTs, null));
  }

  private Outcome<EventId> send(RoomId roomId, Draft draft) {
    var view = rooms.view(roomId).filter(RoomView::resident);
    // "You are not in the room" and "there is no such room" look alike, so that nobody can probe
    // for rooms.
    if (view.isEmpty() || !view.get().membership(draft.sender()).equals("join"))
      return Outcome.forbidden("You are not in the room " + roomId + ".");
    var refusal =
        policy
            .check(draft.sender(), view.get(), draft.type(), draft.stateKey(), judged(draft))
            .or(() -> unwise(view.get(), draft));
    return refusal.isPresent()
        ? Outcome.refused(refusal.get())
        : appends.append(roomId, List.of(draft), List.of()).map(List::getFirst);
  }

  /// What the policy looks at: a redaction with its target, wherever the room version writes it.
  private static ObjectNode judged(Draft draft) {
    var target = draft.redacts();
    return target == null
        ? draft.content()
        : draft.content().deepCopy().put("redacts", target.value());
  }

  /// What the authorisation rules allow and the specification asks servers to refuse all the same.
  private Optional<Refusal> unwise(RoomView view, Draft draft) {
    return switch (draft.type()) {
      case EventType.CANONICAL_ALIAS -> badAlias(view, draft.content());
      case EventType.SERVER_ACL -> lockout(draft.content());
      case EventType.POWER_LEVELS -> oldForms(draft.content());
      default -> Optional.empty();
    };
  }

  /// "The server verifies that each alias points to the room": those that are new in this event.
  private Optional<Refusal> badAlias(RoomView view, ObjectNode content) {
    var present = view.state(EventType.CANONICAL_ALIAS);
    var known = present == null ? Json.object() : present.content();
    var named = Json.array();
    if (content.hasNonNull("alias") && !content.get("alias").equals(known.get("alias")))
      named.add(content.get("alias"));
    for (JsonNode alias : content.path("alt_aliases")) {
      if (!contains(known.path("alt_aliases"), alias)) named.add(alias);
    }
    for (JsonNode item : named) {
      var alias = RoomAlias.tryParse(item.asText(""));
      if (alias.isEmpty())
        return Optional.of(
            new Refusal(ErrorCode.M_INVALID_PARAM, "The event names something that is no alias."));
      if (!aliases.pointsTo(alias.get(), view.roomId()))
        return Optional.of(
            new Refusal(
                ErrorCode.M_BAD_ALIAS,
                "The alias " + alias.get() + " does not point to this room."));
    }
    return Optional.empty();
  }

  private static boolean contains(JsonNode list, JsonNode item) {
    for (JsonNode other : list) if (other.equals(item)) return true;
    return false;
  }

  /// Room versions 1 to 9 take power levels as strings, from those who always did.
  private static Optional<Refusal> oldForms(ObjectNode content) {
    return PowerLevels.areIntegers(content)
        ? Optional.empty()
        : Optional.of(new Refusal(ErrorCode.M_BAD_JSON, "Power levels are integers."));
  }

  private Optional<Refusal> lockout(ObjectNode content) {
    return new ServerAcl(content).allows(serverName)
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                ErrorCode.M_FORBIDDEN,
                "These server rules would shut this server out of the room, and you with it."));
  }
}
