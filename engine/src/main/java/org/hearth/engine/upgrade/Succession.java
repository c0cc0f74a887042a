package org.hearth.engine.upgrade;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.hearth.engine.push.PushRules;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.UserRooms;
import org.hearth.engine.userdata.AccountData;
import org.hearth.ledger.Batch;
import org.hearth.ledger.CommitListener;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// "When a user joins the new room, the server should automatically transfer/replicate some of the
/// user's personalized settings such as notifications, tags, etc." ([room
/// upgrades](https://spec.matrix.org/v1.19/client-server-api/#room-upgrades))
///
/// What the user has set for the new room already stays. It is done in the background after the
/// join, once: a crash in between costs a setting, no more.
public final class Succession implements CommitListener {
  private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
  private static final String DIRECT = "m.direct";
  private static final String REPLACEMENT = "replacement_room";
  private static final StateKey TOMBSTONE = new StateKey(EventType.TOMBSTONE, "");

  private final Rooms rooms;
  private final UserRooms userRooms;
  private final AccountData accountData;
  private final PushRules pushRules;
  private final Executor background;

  /// @param background runs each task on a thread of its own
  public Succession(
      Rooms rooms,
      UserRooms userRooms,
      AccountData accountData,
      PushRules pushRules,
      Executor background) {
    this.rooms = rooms;
    this.userRooms = userRooms;
    this.accountData = accountData;
    this.pushRules = pushRules;
    this.background = background;
  }

  @Override
  public void committed(long committed, Batch batch) {
    for (var positioned : batch.changes()) {
      if (!(positioned.change() instanceof RoomChange.AppendEvent append)) continue;
      var event = append.event().event();
      for (var membership : append.occupancy().memberships()) {
        if (membership.local() && membership.membership().equals("join"))
          later(() -> arrived(membership.user(), event.roomId(), positioned.position()));
      }
      if (event.isState(TOMBSTONE) && append.rejectedFor() == null)
        event
            .contentString(REPLACEMENT)
            .flatMap(RoomId::tryParse)
            .ifPresent(roomId -> later(() -> replaced(roomId)));
    }
  }

  /// Who upgrades is in the new room before the old one says so.
  private void replaced(RoomId by) {
    for (var userId : userRooms.localJoined(by)) succeed(userId, by);
  }

  /// Also a new display name is a change of membership; that is no arrival.
  private void arrived(UserId userId, RoomId roomId, long position) {
    boolean wasIn =
        userRooms
            .at(userId, roomId, position - 1)
            .filter(before -> before.membership().equals("join"))
            .isPresent();
    if (!wasIn) succeed(userId, roomId);
  }

  private void later(Runnable work) {
    try {
      background.execute(
          () -> {
            try {
              work.run();
            } catch (RuntimeException e) {
              LOG.warn("The settings of a user did not follow into a new room", e);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("The server stops: settings do not follow into a new room");
    }
  }

  /// Takes over what a user had set for the room that this one replaces.
  private void succeed(UserId userId, RoomId roomId) {
    var old = predecessor(roomId);
    if (old.isEmpty()) return;
    pushRules.carryOver(userId, old.get(), roomId);
    var tags = accountData.get(userId, old.get(), AccountData.TAGS);
    if (tags.isPresent() && accountData.get(userId, roomId, AccountData.TAGS).isEmpty())
      accountData.put(userId, roomId, AccountData.TAGS, tags.get());
    if (accountData.get(userId, null, DIRECT).isPresent()) {
      var unused = accountData.update(userId, null, DIRECT, all -> direct(all, old.get(), roomId));
    }
  }

  /// The room that says itself that it was replaced by this one: anybody may claim a predecessor.
  private Optional<RoomId> predecessor(RoomId roomId) {
    return rooms
        .view(roomId)
        .map(view -> view.createEvent().content().path("predecessor").path("room_id").asText(""))
        .flatMap(RoomId::tryParse)
        .filter(
            old ->
                rooms
                    .view(old)
                    .map(view -> view.state(TOMBSTONE))
                    .flatMap(tombstone -> tombstone.contentString(REPLACEMENT))
                    .filter(roomId.value()::equals)
                    .isPresent());
  }

  private static ObjectNode direct(ObjectNode all, RoomId old, RoomId roomId) {
    for (var entry : all.properties()) {
      if (!(entry.getValue() instanceof ArrayNode list)) continue;
      boolean before = false;
      boolean after = false;
      for (var item : list) {
        before |= item.asText("").equals(old.value());
        after |= item.asText("").equals(roomId.value());
      }
      if (before && !after) list.add(roomId.value());
    }
    return all;
  }
}
