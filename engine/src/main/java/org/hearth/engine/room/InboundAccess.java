package org.hearth.engine.room;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Whether another server may ask about a room at all.
final class InboundAccess {
  private static final StateKey ACL = new StateKey("m.room.server_acl", "");

  /// Members of one server that are looked at.
  private static final int SERVER_USERS = 500;

  private final RoomWriters writers;
  private final CommittedRooms rooms;
  private final MembershipStore memberships;

  InboundAccess(RoomWriters writers, CommittedRooms rooms, MembershipStore memberships) {
    this.writers = writers;
    this.rooms = rooms;
    this.memberships = memberships;
  }

  /// An allowed room, as committed.
  record Entry(RoomWriter writer, CommittedView view) {
    RoomData data() {
      return writer.data();
    }
  }

  /// Why users here may not be invited; empty if they may.
  Optional<String> refusesEntry(RoomId roomId) {
    return writers.refusesEntry(roomId);
  }

  /// Work with the room's writer, once more with another one if this was dropped from memory since.
  <T> T with(Entry entry, Function<RoomWriter, T> work) {
    return writers
        .with(entry.view().roomId(), work)
        .orElseThrow(() -> new IllegalStateException("The room is gone."));
  }

  boolean allowedByAcl(ServerName server, RoomId roomId) {
    return rooms.committed(roomId).map(view -> allows(view, server)).orElse(true);
  }

  private static boolean allows(CommittedView view, ServerName server) {
    var acl = view.state(ACL);
    return acl == null || new ServerAcl(acl.content()).allows(server);
  }

  /// A room that this server is in, and that does not shut the other server out.
  Outcome<Entry> open(ServerName origin, RoomId roomId) {
    return known(origin, roomId)
        .then(entry -> entry.view().resident() ? Outcome.done(entry) : notHere());
  }

  /// [#open], or a room that this server was in.
  private Outcome<Entry> known(ServerName origin, RoomId roomId) {
    var view = rooms.committed(roomId);
    var writer = writers.get(roomId);
    if (view.isEmpty() || writer.isEmpty()) return notHere();
    if (!allows(view.get(), origin))
      return Outcome.forbidden("The room's access list shuts your server out.");
    return Outcome.done(new Entry(writer.get(), view.get()));
  }

  private static <T> Outcome<T> notHere() {
    return Outcome.notFound("This server is not in the room.");
  }

  /// [#shared], and for a server that had a member in the room just before each of the events: who
  /// was removed may ask for what it needs to see that. So may those who stayed ask this server
  /// after it left: nobody else may know what its last events stand upon.
  Outcome<Entry> sharedAt(ServerName origin, RoomId roomId, Collection<EventId> events) {
    return known(origin, roomId)
        .then(
            entry -> {
              boolean resident = entry.view().resident();
              if (resident && entry.view().joinedServers().contains(origin))
                return Outcome.done(entry);
              var known = entry.data().eventsById(events).values();
              if (!known.isEmpty() && known.stream().allMatch(e -> wasThere(origin, entry, e)))
                return Outcome.done(entry);
              return resident
                  ? Outcome.refused(ErrorCode.M_FORBIDDEN, "Your server is not in the room.")
                  : notHere();
            });
  }

  private boolean wasThere(ServerName origin, Entry entry, RoomEvent event) {
    if (event.isOutlier()) return false;
    var members =
        memberships.ever(entry.view().roomId(), origin, SERVER_USERS).stream()
            .map(StateKey::member)
            .toList();
    return entry.data().state(event.stateBefore(), members).values().stream()
        .anyMatch(member -> member.event().membership().filter("join"::equals).isPresent());
  }

  /// [#open], for a server with a member in the room.
  Outcome<Entry> shared(ServerName origin, RoomId roomId) {
    return open(origin, roomId)
        .then(
            entry ->
                entry.view().joinedServers().contains(origin)
                    ? Outcome.done(entry)
                    : Outcome.refused(ErrorCode.M_FORBIDDEN, "Your server is not in the room."));
  }
}
