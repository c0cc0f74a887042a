package org.hearth.engine.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.Requester;
import org.hearth.engine.filter.RoomFilter;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.engine.receipt.Receipt;
import org.hearth.engine.receipt.ReceiptStore;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.UserRooms;
import org.hearth.engine.typing.Typing;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// The `rooms` of /sync.
public final class SyncRooms {
  /// One room in a user's list.
  private static final int ROOM = 500;

  /// @param membersMoved whether memberships changed in any of the rooms, so that sharing of rooms
  ///   may have begun or ended
  record Found(SyncAnswer.Rooms rooms, boolean membersMoved) {}

  private final Rooms rooms;
  private final UserRooms userRooms;
  private final RoomSections sections;
  private final ReceiptStore receipts;
  private final Typing typing;
  private final UnreadCounts unreadCounts;
  private final Freshness freshness;
  private final IgnoredUsers ignoredUsers;
  private final Remembered<UserId, List<UserRooms.UserRoom>> roomsOf;

  public SyncRooms(
      Rooms rooms,
      UserRooms userRooms,
      org.hearth.engine.room.Timeline timeline,
      org.hearth.engine.room.ClientEvents clientEvents,
      ReceiptStore receipts,
      Typing typing,
      UnreadCounts unreadCounts,
      Freshness freshness,
      IgnoredUsers ignoredUsers,
      MemoryBudget budget) {
    this.rooms = rooms;
    this.userRooms = userRooms;
    this.sections = new RoomSections(rooms, timeline, clientEvents, ignoredUsers, budget);
    this.receipts = receipts;
    this.typing = typing;
    this.unreadCounts = unreadCounts;
    this.freshness = freshness;
    this.ignoredUsers = ignoredUsers;
    this.roomsOf =
        new Remembered<>(
            freshness, budget, Share.ROOM_LISTS, (_, list) -> ROOM * (1 + list.size()));
  }

  /// One answer in the making.
  private final class Making {
    final Requester requester;
    final SyncRequest request;
    final SyncToken now;
    final long after;
    final Map<RoomId, List<ObjectNode>> accountData;
    final Map<RoomId, SyncAnswer.Joined> join = new LinkedHashMap<>();
    final Map<RoomId, SyncAnswer.Invited> invite = new LinkedHashMap<>();
    final Map<RoomId, SyncAnswer.Knocked> knock = new LinkedHashMap<>();
    final Map<RoomId, SyncAnswer.Left> leave = new LinkedHashMap<>();
    boolean membersMoved;

    Making(
        Requester requester,
        SyncRequest request,
        SyncToken now,
        Map<RoomId, List<ObjectNode>> accountData) {
      this.requester = requester;
      this.request = request;
      this.now = now;
      this.after = request.since() == null ? 0 : request.since().position();
      this.accountData = accountData;
    }

    private boolean initial() {
      return request.since() == null;
    }

    /// The room as the user is in it now, or was when `now` was sampled.
    private void room(UserRooms.UserRoom room) {
      if (!request.filter().room().acceptsRoom(room.roomId().value())) {
        // The client does not want to see the room, but still to encrypt to those in it.
        membersMoved |= freshness.changedAfter(new Topic.Events(room.roomId()), after);
        return;
      }
      var membership =
          room.position() <= now.position()
              ? Optional.of(room)
              : userRooms.at(requester.userId(), room.roomId(), now.position());
      if (membership.isEmpty()) return;
      switch (membership.get().membership()) {
        case "join" -> joined(membership.get());
        case "invite" -> {
          if (membership.get().position() > after
              && !ignoredUsers.of(requester.userId()).contains(membership.get().sender()))
            invite.put(room.roomId(), new SyncAnswer.Invited(stripped(room.roomId())));
        }
        case "knock" -> {
          if (membership.get().position() > after)
            knock.put(room.roomId(), new SyncAnswer.Knocked(stripped(room.roomId())));
        }
        default -> left(membership.get());
      }
    }

    private SyncAnswer.Events stripped(RoomId roomId) {
      return sections.stripped(userRooms.strippedState(requester.userId(), roomId));
    }

    private void joined(UserRooms.UserRoom room) {
      var roomId = room.roomId();
      boolean newcomer = initial() || newlyJoined(room);
      boolean fromNothing = newcomer || request.fullState();
      boolean events = fromNothing || freshness.changedAfter(new Topic.Events(roomId), after);
      var section =
          events
              ? sections.section(
                  requester,
                  roomId,
                  request,
                  newcomer ? null : after,
                  fromNothing ? null : after,
                  now.position())
              : new RoomSections.Section(
                  new org.hearth.engine.room.Timeline.Slice(List.of(), false, now.toString()),
                  List.of(),
                  false);
      membersMoved |= section.membersMoved();
      var ephemeral = ephemeral(roomId, fromNothing);
      var data = accountData.getOrDefault(roomId, List.of());
      if (!fromNothing && section.empty() && ephemeral.isEmpty() && data.isEmpty()) return;
      var view = rooms.view(roomId);
      if (view.isEmpty()) return;
      // What the client may have of the room from an earlier stay does not join on to this.
      if (newcomer && !initial()) section = section.limited();
      join.put(roomId, joined(room, view.get(), section, ephemeral, data, fromNothing));
    }

    private SyncAnswer.Joined joined(
        UserRooms.UserRoom room,
        RoomView view,
        RoomSections.Section section,
        List<ObjectNode> ephemeral,
        List<ObjectNode> data,
        boolean fromNothing) {
      var filter = request.filter().room();
      boolean summary = fromNothing || section.membersMoved();
      var counts = unreadCounts.of(requester.userId(), view, room.position(), now.position());
      boolean threads = filter.timeline().unreadThreadNotifications();
      var state = new SyncAnswer.Events(sections.state(section.state(), requester, request));
      return new SyncAnswer.Joined(
          summary ? Summaries.of(view, requester.userId()) : null,
          request.stateAfter() ? null : state,
          request.stateAfter() ? state : null,
          request.stateAfter() ? state : null,
          sections.timeline(section, requester, request),
          new SyncAnswer.Events(ephemeral),
          new SyncAnswer.Events(data),
          threads ? counts.main() : counts.together(),
          threads && !counts.threads().isEmpty() ? counts.threads() : null);
    }

    /// Joined after the token, or out and in again since.
    private boolean newlyJoined(UserRooms.UserRoom room) {
      if (room.position() <= after) return false;
      var before = userRooms.at(requester.userId(), room.roomId(), after);
      if (before.filter(old -> old.membership().equals("join")).isEmpty()) return true;
      return userRooms.changes(requester.userId(), after, now.position()).stream()
          .anyMatch(
              change ->
                  change.roomId().equals(room.roomId()) && !change.membership().equals("join"));
    }

    /// A room that the user left or was banned from; answered once, and where the filter asks for
    /// such rooms.
    private void left(UserRooms.UserRoom room) {
      // Who leaves and forgets between two requests still learns that they left.
      if (room.forgotten() && initial()) return;
      if (initial() ? !request.filter().room().leaveIncluded() : room.position() <= after) return;
      var before = userRooms.at(requester.userId(), room.roomId(), after);
      boolean wasIn = before.filter(old -> old.membership().equals("join")).isPresent();
      membersMoved |= wasIn;
      if (rooms.event(room.roomId(), room.eventId()).isEmpty()) {
        leave.put(
            room.roomId(),
            new SyncAnswer.Left(
                request.stateAfter() ? null : new SyncAnswer.Events(List.of()),
                request.stateAfter() ? new SyncAnswer.Events(List.of()) : null,
                null,
                new SyncAnswer.Timeline(farewell(room), false, now.toString()),
                new SyncAnswer.Events(List.of())));
        return;
      }
      // Who was only invited or knocked learns that it is over, and nothing of the room's state.
      var section =
          wasIn || joinedSince(room)
              ? sections.section(
                  requester,
                  room.roomId(),
                  request,
                  wasIn && !initial() ? after : null,
                  wasIn && !initial() ? after : null,
                  room.position())
              : sections
                  .section(requester, room.roomId(), request, after, after, room.position())
                  .withoutState();
      var state = new SyncAnswer.Events(sections.state(section.state(), requester, request));
      leave.put(
          room.roomId(),
          new SyncAnswer.Left(
              request.stateAfter() ? null : state,
              request.stateAfter() ? state : null,
              request.stateAfter() ? state : null,
              sections.timeline(section, requester, request),
              new SyncAnswer.Events(accountData.getOrDefault(room.roomId(), List.of()))));
    }

    /// The event that ended an invite or knock to a room that this server is not in.
    private List<ObjectNode> farewell(UserRooms.UserRoom room) {
      return sections.state(
          userRooms.strippedState(requester.userId(), room.roomId()).stream()
              .filter(event -> event.isState(StateKey.member(requester.userId())))
              .filter(event -> event.membership().filter(room.membership()::equals).isPresent())
              .toList(),
          requester,
          request);
    }

    private boolean joinedSince(UserRooms.UserRoom room) {
      return userRooms.changes(requester.userId(), after, room.position()).stream()
          .anyMatch(
              change ->
                  change.roomId().equals(room.roomId()) && change.membership().equals("join"));
    }

    private List<ObjectNode> ephemeral(RoomId roomId, boolean fromNothing) {
      var filter = request.filter().room();
      var events = new ArrayList<ObjectNode>();
      var typists = typists(roomId, fromNothing, filter);
      if (typists != null) events.add(typists);
      var read = receipts(roomId, fromNothing, filter);
      if (read != null) events.add(read);
      return events;
    }

    private @Nullable ObjectNode typists(RoomId roomId, boolean fromNothing, RoomFilter filter) {
      if (!filter.ephemeral().acceptsType("m.typing")
          || !filter.ephemeral().acceptsRoom(roomId.value())) return null;
      var since = request.since();
      boolean goesOn = since != null && since.boot() == now.boot() && !fromNothing;
      var users = typing.changed(roomId, since != null && goesOn ? since.sequence() : 0);
      if (users.isEmpty() || (users.get().isEmpty() && fromNothing)) return null;
      var event = Json.object().put("type", "m.typing");
      var ids = event.putObject("content").putArray("user_ids");
      users.get().forEach(user -> ids.add(user.value()));
      return event;
    }

    private @Nullable ObjectNode receipts(RoomId roomId, boolean fromNothing, RoomFilter filter) {
      if (!filter.ephemeral().acceptsType("m.receipt")
          || !filter.ephemeral().acceptsRoom(roomId.value())
          || !(fromNothing || freshness.changedAfter(new Topic.Receipts(roomId), after)))
        return null;
      var changed = receipts.changed(roomId, fromNothing ? 0 : after, now.position());
      var content = Json.object();
      // A user has one receipt of a type for an event here. "Servers MUST prefer the unthreaded
      // one."
      for (boolean threaded : new boolean[] {true, false}) {
        for (var receipt : changed) {
          if (maySee(receipt, requester.userId()) && threaded == (receipt.threadId() != null))
            put(receipt, content);
        }
      }
      if (content.isEmpty()) return null;
      var event = Json.object().put("type", "m.receipt");
      event.set("content", content);
      return event;
    }
  }

  private static boolean maySee(Receipt receipt, UserId viewer) {
    return !receipt.type().equals(Receipt.READ_PRIVATE) || receipt.userId().equals(viewer);
  }

  private static void put(Receipt receipt, ObjectNode content) {
    var data =
        content
            .withObjectProperty(receipt.eventId().value())
            .withObjectProperty(receipt.type())
            .putObject(receipt.userId().value())
            .put("ts", receipt.timestampMs());
    if (receipt.threadId() != null) data.put("thread_id", receipt.threadId());
  }

  /// @param accountData of rooms, changed since the token
  Found between(
      Requester requester,
      SyncRequest request,
      SyncToken now,
      Map<RoomId, List<ObjectNode>> accountData) {
    var making = new Making(requester, request, now, accountData);
    roomsOf
        .get(
            requester.userId(),
            new Topic.User(requester.userId()),
            () -> userRooms.of(requester.userId()))
        .forEach(making::room);
    return new Found(
        new SyncAnswer.Rooms(making.join, making.invite, making.knock, making.leave),
        making.membersMoved);
  }
}
