package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;

/// An invite to (or a knock at) a room that this server is not in, taken back from there. The
/// room's rules cannot be asked here, so only the inviting server, or the one knocked at, is
/// believed.
final class WithdrawnInvites {
  private final ServerName us;
  private final MembershipStore memberships;
  private final Receipt receipt;
  private final OutsideMemberships outside;

  WithdrawnInvites(
      ServerName us, MembershipStore memberships, Receipt receipt, OutsideMemberships outside) {
    this.us = us;
    this.memberships = memberships;
    this.receipt = receipt;
    this.outside = outside;
  }

  /// Answers the event's ID, once it is noted; empty if it is nothing of the kind.
  Optional<EventId> take(ServerName origin, RoomId roomId, ObjectNode pdu) {
    var withdrawn = read(origin, roomId, pdu);
    withdrawn.ifPresent(outside::note);
    return withdrawn.map(RoomChange.SetRemoteMembership::eventId);
  }

  private Optional<RoomChange.SetRemoteMembership> read(
      ServerName origin, RoomId roomId, ObjectNode pdu) {
    var membership = pdu.path("content").path("membership").asText("");
    boolean removes = membership.equals("leave") || membership.equals("ban");
    if (!removes || !pdu.path("type").asText("").equals(EventType.MEMBER)) return Optional.empty();
    var user =
        UserId.tryParse(pdu.path("state_key").asText(""))
            .filter(target -> target.serverName().equals(us))
            .orElse(null);
    if (user == null) return Optional.empty();
    var waiting =
        memberships
            .in(user, roomId)
            .filter(room -> List.of("invite", "knock").contains(room.membership()));
    if (waiting.isEmpty() || !believed(origin, waiting.get(), pdu)) return Optional.empty();
    return version(user, roomId)
        .flatMap(version -> read(pdu, version))
        .filter(event -> event.roomId().equals(roomId))
        .map(
            event ->
                new RoomChange.SetRemoteMembership(
                    roomId,
                    user,
                    membership,
                    event.eventId(),
                    event.sender(),
                    List.of(event.json().deepCopy().put("event_id", event.eventId().value()))));
  }

  private boolean believed(ServerName origin, UserRooms.UserRoom waiting, ObjectNode pdu) {
    var sender = UserId.tryParse(pdu.path("sender").asText("")).map(UserId::serverName);
    if (waiting.membership().equals("knock")) return sender.filter(origin::equals).isPresent();
    return sender.filter(waiting.sender().serverName()::equals).isPresent();
  }

  private Optional<Event> read(ObjectNode pdu, RoomVersion version) {
    return receipt.read(pdu, version.rules()) instanceof Outcome.Done<Event>(var event)
        ? Optional.of(event)
        : Optional.empty();
  }

  /// As the room's create event says, which came with the invite.
  private Optional<RoomVersion> version(UserId user, RoomId roomId) {
    return memberships.stripped(user, roomId).orElse(List.of()).stream()
        .filter(event -> event.path("type").asText("").equals(EventType.CREATE))
        .findFirst()
        .flatMap(
            create ->
                RoomVersion.tryParse(create.path("content").path("room_version").asText("1")));
  }
}
