package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashSet;
import java.util.List;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.hearth.engine.creation.RoomCreation;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.directory.PublicRooms;
import org.hearth.engine.membership.Memberships;
import org.hearth.engine.reading.RoomReading;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.Timeline;
import org.hearth.engine.room.UserRooms;
import org.hearth.engine.sending.Sending;
import org.hearth.engine.upgrade.RoomUpgrades;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Everything of the engine that the endpoints of this package call, and their mounting.
public record RoomEndpoints(
    ServerName serverName,
    RoomCreation creation,
    Memberships memberships,
    Sending sending,
    RoomReading reading,
    Timeline timeline,
    ClientEvents clientEvents,
    UserRooms userRooms,
    Aliases aliases,
    PublicRooms publicRooms,
    RoomUpgrades upgrades) {

  public void mount(Routes routes) {
    var active = routes.refusingSuspended();
    new CreateRoom(creation).mount(active);
    new Inviting(memberships).mount(active);
    new Joining(memberships, aliases).mount(active);
    new Knocking(memberships, aliases).mount(active);
    new Leaving(memberships).mount(routes);
    new Kicking(memberships).mount(active);
    new Banning(memberships).mount(active);
    new ListJoinedRooms(userRooms).mount(routes);
    new RoomSend(sending).mount(active);
    new RoomState(sending).mount(active);
    new Redaction(sending).mount(routes);
    new Rooms(reading).mount(routes);
    new MessagePagination(timeline, clientEvents).mount(routes);
    new EventContext(timeline, clientEvents).mount(routes);
    new RoomEventByTimestamp(timeline).mount(routes);
    new RoomInitialSync(reading, timeline, clientEvents, userRooms, publicRooms).mount(routes);
    new Directory(aliases, publicRooms).mount(routes);
    new ListPublicRooms(serverName, publicRooms).mount(routes);
    new RoomUpgrading(upgrades).mount(active);
  }

  static Requester requester(Caller caller) {
    return new Requester(caller.userId(), caller.deviceId());
  }

  /// The servers named by `via`, and by its older name `server_name`.
  static List<ServerName> via(Path path) {
    var servers = new LinkedHashSet<ServerName>();
    for (var name : path.query().all("via")) servers.add(server(name));
    for (var name : path.query().all("server_name")) servers.add(server(name));
    return servers.stream().limit(20).toList();
  }

  static ServerName server(String name) {
    return ServerName.tryParse(name)
        .orElseThrow(() -> RequestError.invalidParam("Not a server name"));
  }

  /// Answer that names a room.
  record RoomAnswer(@JsonProperty("room_id") RoomId roomId) {}

  /// Answer that names an event.
  record EventAnswer(@JsonProperty("event_id") EventId eventId) {}

  /// Body of kick, ban and unban.
  record Target(@JsonProperty("user_id") UserId userId, @Nullable String reason) {}

  /// Body of endpoints that only take a reason.
  record Reason(@Nullable String reason) {}
}
