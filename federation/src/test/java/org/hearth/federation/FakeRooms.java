package org.hearth.federation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hearth.engine.room.InboundRooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;

/// Rooms that write down what they are asked and answer something recognisable.
public final class FakeRooms implements InboundRooms {
  public final List<String> calls = new CopyOnWriteArrayList<>();
  public final List<ObjectNode> received = new CopyOnWriteArrayList<>();
  public final Set<RoomId> closed = new HashSet<>();
  public volatile RuntimeException failure;

  private void note(Object... parts) {
    List<String> texts = new ArrayList<>();
    for (Object part : parts) texts.add(String.valueOf(part));
    calls.add(String.join(" ", texts));
  }

  private static ObjectNode pdu(String name) {
    return Json.object().put("type", name);
  }

  @Override
  public Map<EventId, String> receive(
      ServerName origin, String transaction, List<ObjectNode> pdus) {
    note("receive", origin, transaction, pdus.size());
    if (failure != null) throw failure;
    received.addAll(pdus);
    Map<EventId, String> results = new LinkedHashMap<>();
    for (ObjectNode pdu : pdus) {
      results.put(new EventId(pdu.path("id").asText()), pdu.path("bad").asBoolean() ? "bad" : "");
    }
    return results;
  }

  @Override
  public Outcome<Template> make(
      ServerName origin,
      String membership,
      RoomId roomId,
      UserId userId,
      Collection<String> supported) {
    note("make", origin, membership, roomId, userId, supported.size());
    if (membership.equals("knock")) return Outcome.forbidden("No knocking.");
    return Outcome.done(new Template(RoomVersion.V12, pdu("template")));
  }

  @Override
  public Outcome<JoinAnswer> sendJoin(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event, boolean omitMembers) {
    note("sendJoin", origin, roomId, eventId, event, omitMembers);
    return Outcome.done(
        new JoinAnswer(
            pdu("join"), List.of(pdu("state")), List.of(pdu("auth")), false, List.of(origin)));
  }

  @Override
  @SuppressWarnings("NullAway")
  public Outcome<Void> sendLeave(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event) {
    note("sendLeave", origin, roomId, eventId);
    return new Outcome.Done<>(null);
  }

  @Override
  public Outcome<List<ObjectNode>> sendKnock(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event) {
    note("sendKnock", origin, roomId, eventId);
    return Outcome.done(List.of(pdu("stripped")));
  }

  @Override
  public Outcome<ObjectNode> invite(
      ServerName origin,
      RoomId roomId,
      EventId eventId,
      ObjectNode event,
      String version,
      List<ObjectNode> state) {
    note("invite", origin, roomId, eventId, version, state.size());
    return Outcome.done(event);
  }

  @Override
  public Optional<StoredEvent> event(ServerName origin, EventId eventId) {
    note("event", origin, eventId);
    return Optional.empty();
  }

  @Override
  public Outcome<StateIds> stateIds(ServerName origin, RoomId roomId, EventId at) {
    note("stateIds", origin, roomId, at);
    return Outcome.done(new StateIds(List.of(at), List.of(new EventId("$chain"))));
  }

  @Override
  public Outcome<State> state(ServerName origin, RoomId roomId, EventId at) {
    return Outcome.done(new State(List.of(pdu("state")), List.of(pdu("auth"))));
  }

  @Override
  public Outcome<List<ObjectNode>> eventAuth(ServerName origin, RoomId roomId, EventId eventId) {
    return Outcome.done(List.of(pdu("auth")));
  }

  @Override
  public Outcome<List<ObjectNode>> backfill(
      ServerName origin, RoomId roomId, Collection<EventId> from, int limit) {
    note("backfill", origin, roomId, from, limit);
    return Outcome.done(List.of(pdu("old")));
  }

  @Override
  public Outcome<List<ObjectNode>> missingEvents(
      ServerName origin,
      RoomId roomId,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit,
      long minDepth) {
    note("missing", origin, roomId, earliest, latest, limit, minDepth);
    return Outcome.done(List.of(pdu("between")));
  }

  @Override
  public Outcome<StoredEvent> timestampToEvent(
      ServerName origin, RoomId roomId, long timestampMs, Timeline.Direction direction) {
    return Outcome.refused(ErrorCode.M_NOT_FOUND, "Nothing there.");
  }

  @Override
  public boolean allowedByAcl(ServerName server, RoomId roomId) {
    return !closed.contains(roomId);
  }
}
