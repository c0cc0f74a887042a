package org.hearth.federation.server;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.federation.EduReceiver;
import org.hearth.engine.federation.LocalKeys;
import org.hearth.engine.federation.LocalMedia;
import org.hearth.engine.federation.LocalQueries;
import org.hearth.engine.room.InboundRooms;
import org.hearth.federation.keys.KeyRing;

/// Every endpoint of the federation API, with what answers it.
///
/// @param edus receivers by EDU type; other types are dropped, as the specification asks
/// @param softwareVersion of `/version`
/// @param wellKnown what `/.well-known/matrix/server` delegates to; empty answers 404
public record FederationEndpoints(
    InboundRooms rooms,
    LocalQueries queries,
    LocalKeys deviceKeys,
    LocalMedia media,
    Map<String, EduReceiver> edus,
    KeyRing keys,
    InstantSource clock,
    String softwareVersion,
    Optional<String> wellKnown) {
  public FederationEndpoints {
    edus = Map.copyOf(edus);
  }

  FederationRoutes routes() {
    FederationRoutes routes = new FederationRoutes();
    new KeysServer(keys).mount(routes);
    new KeysQuery(keys, clock).mount(routes);
    new Version(softwareVersion).mount(routes);
    new WellKnownServer(wellKnown).mount(routes);
    new Transactions(rooms, edus).mount(routes);
    new Joins(rooms).mount(routes);
    new Leaving(rooms).mount(routes);
    new Knocks(rooms).mount(routes);
    new Invites(rooms).mount(routes);
    new Events(rooms, keys.serverName(), clock).mount(routes);
    new EventAuth(rooms).mount(routes);
    new Backfill(rooms, keys.serverName(), clock).mount(routes);
    new Query(queries).mount(routes);
    new PublicRooms(queries).mount(routes);
    new SpaceHierarchy(queries).mount(routes);
    new Openid(queries).mount(routes);
    new UserDevices(deviceKeys).mount(routes);
    new UserKeys(deviceKeys).mount(routes);
    new ContentRepository(media).mount(routes);
    return routes;
  }

  /// All routes, as `METHOD /path/:parameter`, sorted.
  public List<String> listed() {
    return routes().listed();
  }
}
