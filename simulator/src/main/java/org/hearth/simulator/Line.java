package org.hearth.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.hearth.engine.room.InboundRooms;
import org.hearth.engine.room.RemoteRooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;

/// What one server may ask the others: their engines answer, through the [Network]. A hostile
/// server answers for the events that its own engine does not know.
final class Line implements RemoteRooms {
  private static final List<String> VERSIONS =
      Arrays.stream(RoomVersion.values()).map(RoomVersion::id).toList();

  private final Incarnation from;
  private final World world;
  private final ServerName us;

  Line(Incarnation from) {
    this.from = from;
    this.world = from.server.world;
    this.us = from.server.name;
  }

  private <T> Outcome<T> ask(
      ServerName server, String what, Function<InboundRooms, Outcome<T>> question) {
    return world.network.ask(from, server, what, question);
  }

  /// Trees are shared within a server, never between two.
  static List<ObjectNode> copy(Collection<ObjectNode> list) {
    var copies = new ArrayList<ObjectNode>(list.size());
    for (var json : list) copies.add(json.deepCopy());
    return copies;
  }

  @Override
  public Outcome<Made> make(ServerName server, String membership, RoomId roomId, UserId userId) {
    return ask(
            server,
            "make_" + membership,
            rooms -> rooms.make(us, membership, roomId, userId, VERSIONS))
        .map(made -> new Made(made.version(), made.template().deepCopy()));
  }

  @Override
  public Outcome<Joined> sendJoin(
      ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
    return ask(
            server,
            "send_join",
            rooms -> rooms.sendJoin(us, roomId, eventId, event.deepCopy(), false))
        .map(
            answer ->
                new Joined(
                    copy(answer.state()), copy(answer.authChain()), answer.event().deepCopy()));
  }

  @Override
  public Outcome<Void> sendLeave(
      ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
    return ask(
        server, "send_leave", rooms -> rooms.sendLeave(us, roomId, eventId, event.deepCopy()));
  }

  @Override
  public Outcome<List<ObjectNode>> sendKnock(
      ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
    return ask(
            server, "send_knock", rooms -> rooms.sendKnock(us, roomId, eventId, event.deepCopy()))
        .map(Line::copy);
  }

  @Override
  public Outcome<ObjectNode> invite(
      ServerName server,
      RoomId roomId,
      EventId eventId,
      ObjectNode event,
      RoomVersion version,
      List<ObjectNode> state) {
    return ask(
            server,
            "invite",
            rooms -> rooms.invite(us, roomId, eventId, event.deepCopy(), version.id(), copy(state)))
        .map(ObjectNode::deepCopy);
  }

  @Override
  public Outcome<List<ObjectNode>> missingEvents(
      ServerName server,
      RoomId roomId,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit,
      long minDepth) {
    var crafted = world.crafted(server).before(latest);
    if (!crafted.isEmpty()) return ask(server, "missing", _ -> Outcome.done(copy(crafted)));
    return ask(
            server,
            "missing",
            rooms -> rooms.missingEvents(us, roomId, earliest, latest, limit, minDepth))
        .map(Line::copy);
  }

  @Override
  public Outcome<List<ObjectNode>> backfill(
      ServerName server, RoomId roomId, Collection<EventId> from, int limit) {
    return ask(server, "backfill", rooms -> rooms.backfill(us, roomId, from, limit))
        .map(Line::copy);
  }

  @Override
  public Outcome<ObjectNode> event(ServerName server, EventId eventId) {
    var crafted = world.crafted(server).event(eventId);
    if (crafted != null) return ask(server, "event", _ -> Outcome.done(crafted.deepCopy()));
    return ask(
            server,
            "event",
            rooms ->
                rooms
                    .event(us, eventId)
                    .map(StoredEvent::event)
                    .map(event -> Outcome.done(event.json()))
                    .orElseGet(() -> Outcome.notFound("No such event.")))
        .map(ObjectNode::deepCopy);
  }

  @Override
  public Outcome<StateIds> stateIds(ServerName server, RoomId roomId, EventId at) {
    return ask(server, "state_ids", rooms -> rooms.stateIds(us, roomId, at))
        .map(ids -> new StateIds(ids.state(), ids.authChain()));
  }

  @Override
  public Outcome<State> state(ServerName server, RoomId roomId, EventId at) {
    return ask(server, "state", rooms -> rooms.state(us, roomId, at))
        .map(state -> new State(copy(state.state()), copy(state.authChain())));
  }

  @Override
  public Outcome<List<ObjectNode>> eventAuth(ServerName server, RoomId roomId, EventId eventId) {
    var crafted = world.crafted(server).authOf(eventId);
    if (!crafted.isEmpty()) return ask(server, "event_auth", _ -> Outcome.done(copy(crafted)));
    return ask(server, "event_auth", rooms -> rooms.eventAuth(us, roomId, eventId)).map(Line::copy);
  }

  @Override
  public Outcome<Nearest> timestampToEvent(
      ServerName server, RoomId roomId, long timestampMs, Timeline.Direction direction) {
    return ask(
            server,
            "timestamp_to_event",
            rooms -> rooms.timestampToEvent(us, roomId, timestampMs, direction))
        .map(event -> new Nearest(event.event().eventId(), event.event().originServerTs()));
  }

  @Override
  public Outcome<Alias> alias(RoomAlias alias) {
    return Outcome.notFound("Not simulated.");
  }

  @Override
  public Outcome<JsonNode> publicRooms(ServerName server, ObjectNode request) {
    return Outcome.notFound("Not simulated.");
  }

  @Override
  public Outcome<JsonNode> hierarchy(ServerName server, RoomId roomId, boolean suggestedOnly) {
    return Outcome.notFound("Not simulated.");
  }
}
