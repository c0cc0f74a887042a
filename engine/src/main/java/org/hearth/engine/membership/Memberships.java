package org.hearth.engine.membership;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.Requester;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RemoteMemberships;
import org.hearth.engine.room.RoomAppends;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.UserRooms;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// [Room membership](https://spec.matrix.org/v1.19/client-server-api/#room-membership) of and by
/// local users. The authorisation rules decide in the room; here stands what goes beyond them:
/// other servers, profiles, what a no means.
public final class Memberships {
  /// What [stripped state](https://spec.matrix.org/v1.19/client-server-api/#stripped-state) should
  /// hold, besides the inviter's member event.
  private static final List<String> STRIPPED =
      List.of(
          EventType.CREATE,
          EventType.NAME,
          EventType.AVATAR,
          EventType.TOPIC,
          EventType.JOIN_RULES,
          EventType.CANONICAL_ALIAS,
          EventType.ENCRYPTION);

  private final ServerName serverName;
  private final Rooms rooms;
  private final UserRooms userRooms;
  private final RoomAppends appends;
  private final RemoteMemberships remote;
  private final LocalProfiles profiles;
  private final InvitePermissions invitePermissions;
  private final RestrictedJoins restrictedJoins;
  private final Ledger ledger;

  public Memberships(
      ServerName serverName,
      Rooms rooms,
      UserRooms userRooms,
      RoomAppends appends,
      RemoteMemberships remote,
      LocalProfiles profiles,
      InvitePermissions invitePermissions,
      Ledger ledger) {
    this.serverName = serverName;
    this.rooms = rooms;
    this.userRooms = userRooms;
    this.appends = appends;
    this.remote = remote;
    this.profiles = profiles;
    this.invitePermissions = invitePermissions;
    this.restrictedJoins = new RestrictedJoins(serverName, rooms);
    this.ledger = ledger;
  }

  /// @param reason copied into the event; null when absent
  public Outcome<Void> invite(
      Requester requester, RoomId roomId, UserId target, @Nullable String reason, boolean direct) {
    var view = residentView(roomId);
    if (view.isEmpty()) return notInRoom(roomId);
    if (view.get().membership(target).equals("join"))
      return Outcome.forbidden(target + " is in the room already.");
    var content = Json.object().put("membership", "invite");
    if (direct) content.put("is_direct", true);
    addReason(content, reason);
    var draft = Draft.state(requester.userId(), EventType.MEMBER, target.value(), content);
    if (!isLocal(target))
      return appends
          .build(roomId, draft)
          .then(
              event ->
                  remote.invite(
                      target.serverName(), event, stripped(view.get(), requester.userId())))
          .withoutValue();
    var blocked = invitePermissions.check(target, requester.userId());
    if (blocked.isPresent()) return Outcome.refused(blocked.get());
    content.setAll(profiles.memberContent(target));
    return append(roomId, draft);
  }

  /// Joins here if this server is in the room and may let the user in, else through `via`.
  ///
  /// @param extra further members of the event's content; null for none
  public Outcome<RoomId> join(
      Requester requester,
      RoomId roomId,
      List<ServerName> via,
      @Nullable String reason,
      @Nullable ObjectNode extra) {
    var user = requester.userId();
    var content = ownMembership(user, "join", reason);
    if (extra != null) content.setAll(extra);
    var view = residentView(roomId);
    if (view.isPresent()) {
      if (view.get().membership(user).equals("join") && extra == null) return Outcome.done(roomId);
      switch (restrictedJoins.authorise(view.get(), user)) {
        case RestrictedJoins.Decision.NotNeeded() -> {
          return joinHere(roomId, user, content);
        }
        case RestrictedJoins.Decision.By(var authoriser) -> {
          content.put("join_authorised_via_users_server", authoriser.value());
          return joinHere(roomId, user, content);
        }
        case RestrictedJoins.Decision.Refused(var why) -> {
          return Outcome.forbidden(why);
        }
        case RestrictedJoins.Decision.AskOthers(var servers, _) -> {
          return remote.join(servers, roomId, user, content).map(_ -> roomId);
        }
      }
    }
    var servers = serversFor(user, roomId, via);
    if (servers.isEmpty())
      return Outcome.notFound(
          "This server is not in the room and does not know who is: give servers by `via`.");
    return remote.join(servers, roomId, user, content).map(_ -> roomId);
  }

  private Outcome<RoomId> joinHere(RoomId roomId, UserId user, ObjectNode content) {
    var draft = Draft.state(user, EventType.MEMBER, user.value(), content);
    return appends.append(roomId, List.of(draft), List.of()).map(_ -> roomId);
  }

  /// Leaves a room, rejects an invite, or takes a knock back.
  public Outcome<Void> leave(Requester requester, RoomId roomId, @Nullable String reason) {
    var user = requester.userId();
    var current = userRooms.in(user, roomId);
    var membership = current.map(UserRooms.UserRoom::membership).orElse("none");
    switch (membership) {
      case "leave" -> {
        return Outcome.nothing();
      }
      case "none" -> {
        return rooms.view(roomId).isPresent()
            ? Outcome.forbidden("You are not in the room " + roomId + ".")
            : notInRoom(roomId);
      }
      case "ban" -> {
        return Outcome.forbidden("You are banned from the room " + roomId + ".");
      }
      default -> {}
    }
    var content = Json.object().put("membership", "leave");
    addReason(content, reason);
    if (residentView(roomId).isPresent() || isDeserted(roomId, user, membership))
      return append(roomId, Draft.state(user, EventType.MEMBER, user.value(), content));
    return remote.leave(serversFor(user, roomId, List.of()), roomId, user, content).withoutValue();
  }

  /// Whether everybody has left a room that this server knows, so that there is nobody to ask.
  private boolean isDeserted(RoomId roomId, UserId user, String membership) {
    return rooms
        .view(roomId)
        .filter(view -> view.joinedServers().isEmpty())
        .filter(view -> view.membership(user).equals(membership))
        .isPresent();
  }

  public Outcome<Void> kick(
      Requester requester, RoomId roomId, UserId target, @Nullable String reason) {
    var view = residentView(roomId);
    if (view.isEmpty()) return notInRoom(roomId);
    if (List.of("leave", "ban").contains(view.get().membership(target)))
      return Outcome.forbidden(target + " is not in the room.");
    return changeOther(requester, roomId, target, "leave", reason);
  }

  public Outcome<Void> ban(
      Requester requester, RoomId roomId, UserId target, @Nullable String reason) {
    return residentView(roomId).isEmpty()
        ? notInRoom(roomId)
        : changeOther(requester, roomId, target, "ban", reason);
  }

  public Outcome<Void> unban(
      Requester requester, RoomId roomId, UserId target, @Nullable String reason) {
    var view = residentView(roomId);
    if (view.isEmpty()) return notInRoom(roomId);
    if (!view.get().membership(target).equals("ban"))
      return Outcome.forbidden(target + " is not banned.");
    return changeOther(requester, roomId, target, "leave", reason);
  }

  private Outcome<Void> changeOther(
      Requester requester,
      RoomId roomId,
      UserId target,
      String membership,
      @Nullable String reason) {
    var content = Json.object().put("membership", membership);
    addReason(content, reason);
    return append(
        roomId, Draft.state(requester.userId(), EventType.MEMBER, target.value(), content));
  }

  public Outcome<RoomId> knock(
      Requester requester, RoomId roomId, List<ServerName> via, @Nullable String reason) {
    var user = requester.userId();
    var content = ownMembership(user, "knock", reason);
    if (residentView(roomId).isPresent())
      return append(roomId, Draft.state(user, EventType.MEMBER, user.value(), content))
          .map(_ -> roomId);
    var servers = serversFor(user, roomId, via);
    if (servers.isEmpty())
      return Outcome.notFound(
          "This server is not in the room and does not know who is: give servers by `via`.");
    return remote.knock(servers, roomId, user, content).map(_ -> roomId);
  }

  /// Only rooms that the user is no longer in can be forgotten.
  public Outcome<Void> forget(Requester requester, RoomId roomId) {
    var current = userRooms.in(requester.userId(), roomId);
    if (current.isEmpty()) return Outcome.notFound("You never were in the room " + roomId + ".");
    if (!List.of("leave", "ban").contains(current.get().membership()))
      return Outcome.refused(
          ErrorCode.M_UNKNOWN, "Leave the room " + roomId + " before forgetting it.");
    ledger.write(new ForgetRoom(requester.userId(), roomId));
    return Outcome.nothing();
  }

  /// A member event put by way of the state endpoint.
  public Outcome<EventId> put(
      Requester requester, RoomId roomId, UserId target, ObjectNode content) {
    if (residentView(roomId).isEmpty()) return notInRoom(roomId);
    // Who vouches for a join is for servers to say; clients send it back with what they read.
    content.remove("join_authorised_via_users_server");
    var draft = Draft.state(requester.userId(), EventType.MEMBER, target.value(), content);
    boolean invites = "invite".equals(content.path("membership").textValue());
    if (invites && isLocal(target)) {
      var blocked = invitePermissions.check(target, requester.userId());
      if (blocked.isPresent()) return Outcome.refused(blocked.get());
    }
    if (invites && !isLocal(target))
      return appends
          .build(roomId, draft)
          .then(
              event ->
                  remote.invite(
                      target.serverName(),
                      event,
                      stripped(rooms.view(roomId).orElseThrow(), requester.userId())));
    return appends.append(roomId, List.of(draft), List.of()).map(List::getFirst);
  }

  /// What somebody who is invited or knocks gets to know of the room.
  public List<Event> stripped(RoomView view, UserId inviter) {
    var events = new ArrayList<Event>();
    for (var type : STRIPPED) {
      var event = view.state(type);
      if (event != null) events.add(event);
    }
    var member = view.state(org.hearth.schemas.event.StateKey.member(inviter));
    if (member != null) events.add(member);
    return events;
  }

  private Outcome<Void> append(RoomId roomId, Draft draft) {
    return appends.append(roomId, List.of(draft), List.of()).withoutValue();
  }

  private ObjectNode ownMembership(UserId user, String membership, @Nullable String reason) {
    var content = profiles.memberContent(user).put("membership", membership);
    addReason(content, reason);
    return content;
  }

  private static void addReason(ObjectNode content, @Nullable String reason) {
    if (reason != null) content.put("reason", reason);
  }

  /// Whom to ask about a room that this server is not in: who was named, who invited, who made the
  /// room.
  private List<ServerName> serversFor(UserId user, RoomId roomId, List<ServerName> via) {
    var servers = new LinkedHashSet<>(via);
    userRooms.in(user, roomId).map(room -> room.sender().serverName()).ifPresent(servers::add);
    userRooms.strippedState(user, roomId).stream()
        .map(event -> event.sender().serverName())
        .forEach(servers::add);
    roomId.serverName().ifPresent(servers::add);
    servers.remove(serverName);
    return List.copyOf(servers);
  }

  private Optional<RoomView> residentView(RoomId roomId) {
    return rooms.view(roomId).filter(RoomView::resident);
  }

  private boolean isLocal(UserId user) {
    return user.serverName().equals(serverName);
  }

  private static <T> Outcome<T> notInRoom(RoomId roomId) {
    return Outcome.notFound("This server is not in the room " + roomId + ".");
  }
}
