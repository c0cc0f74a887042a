package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.membership.RestrictedJoins;
import org.hearth.engine.membership.RestrictedJoins.Decision;
import org.hearth.engine.room.InboundRooms.JoinAnswer;
import org.hearth.engine.room.InboundRooms.Template;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.ledger.Lane;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventSigning;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;

/// Users of other servers join, leave and knock by this one, and invite its users.
final class InboundMembers {
  private static final int ATTEMPTS = 3;

  private final RoomEngine.Identity us;
  private final InboundAccess access;
  private final LocalEvents events;
  private final Receipt receipt;
  private final RestrictedJoins restricted;
  private final CommittedRooms rooms;
  private final OutsideMemberships outside;

  InboundMembers(
      RoomEngine.Identity us,
      InboundAccess access,
      LocalEvents events,
      Receipt receipt,
      CommittedRooms rooms,
      OutsideMemberships outside) {
    this.us = us;
    this.access = access;
    this.events = events;
    this.receipt = receipt;
    this.rooms = rooms;
    this.restricted = new RestrictedJoins(us.name(), rooms);
    this.outside = outside;
  }

  // make_join, make_leave, make_knock

  Outcome<Template> make(
      ServerName origin,
      String membership,
      RoomId roomId,
      UserId userId,
      Collection<String> supported) {
    if (!userId.serverName().equals(origin))
      return Outcome.forbidden("The user is not on your server.");
    return access
        .open(origin, roomId)
        .then(
            entry -> {
              var version = entry.view().rules().version();
              boolean understood =
                  supported.isEmpty()
                      ? version == RoomVersion.V1
                      : supported.contains(version.id());
              if (!understood && !membership.equals("leave"))
                return Outcome.refused(
                    new Refusal(
                        ErrorCode.M_INCOMPATIBLE_ROOM_VERSION,
                        "Your server does not know the room's version.",
                        Map.of("room_version", version.id())));
              return content(entry, membership, userId)
                  .then(content -> template(entry, userId, content));
            });
  }

  private Outcome<ObjectNode> content(InboundAccess.Entry entry, String membership, UserId userId) {
    var content = Json.object().put("membership", membership);
    if (!membership.equals("join")) return Outcome.done(content);
    return switch (restricted.authorise(entry.view(), userId)) {
      case Decision.NotNeeded() -> Outcome.done(content);
      case Decision.By(var authoriser) ->
          Outcome.done(content.put("join_authorised_via_users_server", authoriser.value()));
      // "... that the joining server should try a different server. This is typically because the
      // resident server can see that the joining user satisfies one of the conditions", and "that
      // the resident server is unable to validate any of the conditions".
      case Decision.AskOthers(_, boolean conditionMet) ->
          conditionMet
              ? Outcome.refused(
                  ErrorCode.M_UNABLE_TO_GRANT_JOIN, "No user here may grant this join; ask others.")
              : Outcome.refused(
                  ErrorCode.M_UNABLE_TO_AUTHORISE_JOIN,
                  "This server does not know the rooms that the join rule names; ask others.");
      case Decision.Refused(var why) -> Outcome.forbidden(why);
    };
  }

  private Outcome<Template> template(InboundAccess.Entry entry, UserId userId, ObjectNode content) {
    var draft = Draft.state(userId, EventType.MEMBER, userId.value(), content);
    var snapshot = entry.writer().committed();
    return events
        .build(entry.data(), snapshot, draft)
        .map(
            _ ->
                new Template(
                    entry.view().rules().version(),
                    events.template(entry.data(), snapshot, draft)));
  }

  // send_join, send_leave, send_knock

  Outcome<JoinAnswer> sendJoin(ServerName origin, RoomId roomId, EventId eventId, ObjectNode pdu) {
    return access
        .open(origin, roomId)
        .then(
            entry ->
                mayJoin(entry, pdu)
                    .then(_ -> member(origin, roomId, eventId, pdu, "join", entry))
                    .then(event -> place(entry, vouched(event)))
                    .map(placed -> answer(entry, placed)));
  }

  /// This server's signature says that it found a condition of the restricted room met. Nobody need
  /// have asked for a template first, so it is looked at here again.
  private Outcome<Void> mayJoin(InboundAccess.Entry entry, ObjectNode pdu) {
    var content = pdu.path("content");
    boolean ours =
        UserId.tryParse(content.path("join_authorised_via_users_server").asText(""))
            .filter(user -> user.serverName().equals(us.name()))
            .isPresent();
    var sender = UserId.tryParse(pdu.path("sender").asText(""));
    if (!ours || sender.isEmpty()) return Outcome.nothing();
    return content(entry, "join", sender.get()).withoutValue();
  }

  /// "If the room is restricted, the join must be signed by the server of the user who vouches."
  private Event vouched(Event event) {
    boolean ours =
        event
            .contentString("join_authorised_via_users_server")
            .flatMap(UserId::tryParse)
            .filter(user -> user.serverName().equals(us.name()))
            .isPresent();
    return ours ? EventSigning.sign(event, us.name(), us.key()) : event;
  }

  private static JoinAnswer answer(InboundAccess.Entry entry, RoomEvent join) {
    var data = entry.data();
    var before = data.entries(join.stateBefore()).values();
    var auth = AuthChains.of(data, before);
    var servers = new ArrayList<>(entry.writer().committed().occupants().servers());
    servers.sort(null);
    return new JoinAnswer(
        join.event().json(),
        AuthChains.json(data, before),
        AuthChains.json(data, auth),
        false,
        servers);
  }

  Outcome<Void> sendLeave(ServerName origin, RoomId roomId, EventId eventId, ObjectNode pdu) {
    return access
        .open(origin, roomId)
        .then(
            entry ->
                member(origin, roomId, eventId, pdu, "leave", entry)
                    .then(event -> place(entry, event)))
        .withoutValue();
  }

  Outcome<List<ObjectNode>> sendKnock(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode pdu) {
    return access
        .open(origin, roomId)
        .then(
            entry ->
                member(origin, roomId, eventId, pdu, "knock", entry)
                    .then(event -> place(entry, event))
                    .map(knock -> stripped(entry, knock.event().sender())));
  }

  private static List<ObjectNode> stripped(InboundAccess.Entry entry, UserId user) {
    return CommittedUserRooms.stripped(entry.view(), user).stream().map(Event::json).toList();
  }

  /// A member event of the sender about itself, in the room, with the id that the path names.
  private Outcome<Event> member(
      ServerName origin,
      RoomId roomId,
      EventId eventId,
      ObjectNode pdu,
      String membership,
      InboundAccess.Entry entry) {
    return FormatCheck.read(pdu, entry.view().rules())
        .then(
            event -> {
              boolean good =
                  event.type().equals(EventType.MEMBER)
                      && event.membership().filter(membership::equals).isPresent()
                      && event.stateKey().filter(event.sender().value()::equals).isPresent()
                      && event.sender().serverName().equals(origin)
                      && event.roomId().equals(roomId)
                      && event.eventId().equals(eventId);
              return good
                  ? receipt.read(vouched(event).json(), entry.view().rules())
                  : Outcome.refused(
                      ErrorCode.M_INVALID_PARAM,
                      "This is no " + membership + " of a user of your server.");
            });
  }

  private Outcome<RoomEvent> place(InboundAccess.Entry entry, Event event) {
    var circumstances = new Receipt.Circumstances(Entrance.LIVE, null, true);
    for (int attempt = 1; ; attempt++) {
      try {
        return access
            .with(
                entry,
                writer ->
                    receipt
                        .judge(writer, event, circumstances)
                        .then(judged -> append(writer, judged)))
            .map(RoomWriter.Queued::await);
      } catch (LedgerException.Superseded e) {
        if (attempt == ATTEMPTS) throw e;
      }
    }
  }

  private Outcome<RoomWriter.Queued<RoomEvent>> append(RoomWriter writer, Receipt.Judged judged) {
    return writer.write(
        Lane.INTERACTIVE,
        judged.generation(),
        locked -> {
          var placed = receipt.append(locked, judged);
          return placed.isAccepted()
              ? Outcome.done(placed)
              : Outcome.forbidden("The room's rules do not allow this.");
        });
  }

  // invite

  Outcome<ObjectNode> invite(
      ServerName origin,
      RoomId roomId,
      EventId eventId,
      ObjectNode pdu,
      String version,
      List<ObjectNode> state) {
    var known = RoomVersion.tryParse(version);
    if (known.isEmpty())
      return Outcome.refused(
          new Refusal(
              ErrorCode.M_INCOMPATIBLE_ROOM_VERSION,
              "This server does not know the room's version.",
              Map.of("room_version", version)));
    var refusal = access.refusesEntry(roomId);
    if (refusal.isPresent()) return Outcome.forbidden(refusal.get());
    if (!access.allowedByAcl(origin, roomId))
      return Outcome.forbidden("The room's access list shuts your server out.");
    return receipt
        .read(pdu, known.get().rules())
        .then(event -> invited(origin, roomId, eventId, event, state));
  }

  private Outcome<ObjectNode> invited(
      ServerName origin, RoomId roomId, EventId eventId, Event event, List<ObjectNode> state) {
    Optional<UserId> user =
        event
            .stateKey()
            .flatMap(UserId::tryParse)
            .filter(invited -> invited.serverName().equals(us.name()));
    boolean good =
        user.isPresent()
            && event.type().equals(EventType.MEMBER)
            && event.membership().filter("invite"::equals).isPresent()
            && event.sender().serverName().equals(origin)
            && event.roomId().equals(roomId)
            && event.eventId().equals(eventId);
    if (!good)
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM, "This is no invite of a user of this server.");
    var signed = EventSigning.sign(event, us.name(), us.key());
    // A room that this server is in gets the invite like any other event.
    boolean resident = rooms.committed(roomId).filter(CommittedView::resident).isPresent();
    if (!resident) outside.note(outside(signed, user.get(), state));
    return Outcome.done(signed.json());
  }

  private static RoomChange.SetRemoteMembership outside(
      Event invite, UserId user, List<ObjectNode> state) {
    var told = new ArrayList<ObjectNode>();
    for (var event : state) {
      boolean invitedItself =
          event.path("type").asText("").equals(EventType.MEMBER)
              && event.path("state_key").asText("").equals(user.value());
      if (!invitedItself) told.add(event);
    }
    told.add(invite.json().deepCopy().put("event_id", invite.eventId().value()));
    return new RoomChange.SetRemoteMembership(
        invite.roomId(), user, "invite", invite.eventId(), invite.sender(), told);
  }
}
