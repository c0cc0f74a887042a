package org.hearth.federation.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hearth.engine.room.RemoteRooms;
import org.hearth.engine.room.Timeline;
import org.hearth.federation.client.FederationClient;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;

/// [RemoteRooms] over HTTP. Requests for which a person waits are made even if the server did not
/// answer lately.
public final class FederatedRooms implements RemoteRooms {
  private static final Duration JOIN_TIMEOUT = Duration.ofMinutes(5);
  private static final int MAX_TRANSACTION = 16 << 20;

  private final FederationClient client;

  public FederatedRooms(FederationClient client) {
    this.client = client;
  }

  private FederationClient.Options waitedFor() {
    return client.options().evenIfBackingOff();
  }

  @Override
  public Outcome<Made> make(ServerName server, String membership, RoomId roomId, UserId userId) {
    RequestPath path = RequestPath.v1("make_" + membership, roomId, userId);
    if (!membership.equals("leave")) {
      for (RoomVersion version : RoomVersion.values()) path.query("ver", version.id());
    }
    return Answers.outcome(
        server, client.get(server, path.toString(), waitedFor()), FederatedRooms::made);
  }

  private static Optional<Made> made(ObjectNode body) {
    // "If not provided, the room version is assumed to be either "1" or "2"", which read alike
    // here.
    String version = body.path("room_version").asText("1");
    return RoomVersion.tryParse(version)
        .flatMap(
            known -> Answers.object(body.path("event")).map(template -> new Made(known, template)));
  }

  @Override
  public Outcome<Joined> sendJoin(
      ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
    RequestPath path = RequestPath.v2("send_join", roomId, eventId).query("omit_members", "false");
    return Answers.outcome(
        server,
        client.put(server, path.toString(), event, waitedFor().withTimeout(JOIN_TIMEOUT)),
        FederatedRooms::joined);
  }

  private static Optional<Joined> joined(ObjectNode body) {
    // Members were not to be left out; a state without them is of no use.
    if (body.path("members_omitted").asBoolean(false)) return Optional.empty();
    ObjectNode event = Answers.object(body.path("event")).orElse(null);
    return Answers.objects(body.path("state"))
        .flatMap(
            state ->
                Answers.objects(body.path("auth_chain"))
                    .map(chain -> new Joined(state, chain, event)));
  }

  @Override
  public Outcome<Void> sendLeave(
      ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
    String path = RequestPath.v2("send_leave", roomId, eventId).toString();
    return Answers.outcome(server, client.put(server, path, event, waitedFor()), Optional::of)
        .then(body -> Outcome.nothing());
  }

  @Override
  public Outcome<List<ObjectNode>> sendKnock(
      ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
    String path = RequestPath.v1("send_knock", roomId, eventId).toString();
    return Answers.outcome(
        server,
        client.put(server, path, event, waitedFor()),
        body -> Answers.objects(body.path("knock_room_state")));
  }

  @Override
  public Outcome<ObjectNode> invite(
      ServerName server,
      RoomId roomId,
      EventId eventId,
      ObjectNode event,
      RoomVersion version,
      List<ObjectNode> inviteRoomState) {
    ObjectNode request = Json.object();
    request.put("room_version", version.id());
    request.set("event", event);
    request.putArray("invite_room_state").addAll(inviteRoomState);
    String path = RequestPath.v2("invite", roomId, eventId).toString();
    return Answers.outcome(
        server,
        client.put(server, path, request, waitedFor()),
        body -> Answers.object(body.path("event")));
  }

  @Override
  public Outcome<List<ObjectNode>> missingEvents(
      ServerName server,
      RoomId roomId,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit,
      long minDepth) {
    ObjectNode request = Json.object();
    request.set("earliest_events", ids(earliest));
    request.set("latest_events", ids(latest));
    request.put("limit", limit);
    request.put("min_depth", minDepth);
    String path = RequestPath.v1("get_missing_events", roomId).toString();
    return Answers.outcome(
        server,
        client.post(server, path, request, client.options().withMaxBytes(MAX_TRANSACTION)),
        body -> Answers.objects(body.path("events")));
  }

  @Override
  public Outcome<List<ObjectNode>> backfill(
      ServerName server, RoomId roomId, Collection<EventId> from, int limit) {
    RequestPath path = RequestPath.v1("backfill", roomId).query("limit", limit);
    for (EventId id : from) path.query("v", id);
    return Answers.outcome(
        server,
        client.get(server, path.toString(), client.options().withMaxBytes(MAX_TRANSACTION)),
        body -> Answers.objects(body.path("pdus")));
  }

  @Override
  public Outcome<ObjectNode> event(ServerName server, EventId eventId) {
    return Answers.outcome(
        server,
        client.get(server, RequestPath.v1("event", eventId).toString()),
        body -> Answers.objects(body.path("pdus")).flatMap(pdus -> pdus.stream().findFirst()));
  }

  @Override
  public Outcome<StateIds> stateIds(ServerName server, RoomId roomId, EventId at) {
    String path = RequestPath.v1("state_ids", roomId).query("event_id", at).toString();
    return Answers.outcome(
        server,
        client.get(server, path),
        body ->
            Answers.eventIds(body.path("pdu_ids"))
                .flatMap(
                    state ->
                        Answers.eventIds(body.path("auth_chain_ids"))
                            .map(chain -> new StateIds(state, chain))));
  }

  @Override
  public Outcome<State> state(ServerName server, RoomId roomId, EventId at) {
    String path = RequestPath.v1("state", roomId).query("event_id", at).toString();
    return Answers.outcome(
        server,
        client.get(server, path, client.options().withTimeout(JOIN_TIMEOUT)),
        body ->
            Answers.objects(body.path("pdus"))
                .flatMap(
                    state ->
                        Answers.objects(body.path("auth_chain"))
                            .map(chain -> new State(state, chain))));
  }

  @Override
  public Outcome<List<ObjectNode>> eventAuth(ServerName server, RoomId roomId, EventId eventId) {
    return Answers.outcome(
        server,
        client.get(server, RequestPath.v1("event_auth", roomId, eventId).toString()),
        body -> Answers.objects(body.path("auth_chain")));
  }

  @Override
  public Outcome<Nearest> timestampToEvent(
      ServerName server, RoomId roomId, long timestampMs, Timeline.Direction direction) {
    String dir =
        switch (direction) {
          case FORWARDS -> "f";
          case BACKWARDS -> "b";
        };
    RequestPath path =
        RequestPath.v1("timestamp_to_event", roomId).query("ts", timestampMs).query("dir", dir);
    return Answers.outcome(
        server,
        client.get(server, path.toString()),
        body ->
            EventId.tryParse(body.path("event_id").asText(""))
                .map(id -> new Nearest(id, body.path("origin_server_ts").asLong())));
  }

  @Override
  public Outcome<Alias> alias(RoomAlias alias) {
    String path = RequestPath.v1("query/directory").query("room_alias", alias).toString();
    return Answers.outcome(
        alias.serverName(),
        client.get(alias.serverName(), path, waitedFor()),
        FederatedRooms::alias);
  }

  private static Optional<Alias> alias(ObjectNode body) {
    List<ServerName> servers =
        body.path("servers")
            .valueStream()
            .limit(1000)
            .map(JsonNode::asText)
            .map(ServerName::tryParse)
            .flatMap(Optional::stream)
            .toList();
    return RoomId.tryParse(body.path("room_id").asText("")).map(id -> new Alias(id, servers));
  }

  @Override
  public Outcome<JsonNode> publicRooms(ServerName server, ObjectNode request) {
    return Answers.outcome(
        server,
        client.post(server, "/_matrix/federation/v1/publicRooms", request, waitedFor()),
        Optional::of);
  }

  @Override
  public Outcome<JsonNode> hierarchy(ServerName server, RoomId roomId, boolean suggestedOnly) {
    String path =
        RequestPath.v1("hierarchy", roomId)
            .query("suggested_only", String.valueOf(suggestedOnly).toLowerCase(Locale.ROOT))
            .toString();
    return Answers.outcome(server, client.get(server, path, waitedFor()), Optional::of);
  }

  private static ArrayNode ids(Collection<EventId> ids) {
    ArrayNode array = Json.array();
    ids.forEach(id -> array.add(id.value()));
    return array;
  }
}
