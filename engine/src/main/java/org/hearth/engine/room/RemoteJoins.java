package org.hearth.engine.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.ledger.Lane;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;

/// Memberships of local users by way of other servers.
final class RemoteJoins implements RemoteMemberships {
  private final RoomEngine.Identity us;
  private final RemoteRooms remote;
  private final RoomWriters writers;
  private final Receipt receipt;
  private final Fetching fetching;
  private final LocalEvents events;
  private final RoomAppends appends;
  private final OutsideMemberships outside;
  private final InstantSource clock;
  private final SecureRandom random;

  RemoteJoins(
      RoomEngine.Identity us,
      RemoteRooms remote,
      RoomWriters writers,
      Receipt receipt,
      Fetching fetching,
      LocalEvents events,
      RoomAppends appends,
      OutsideMemberships outside,
      InstantSource clock,
      SecureRandom random) {
    this.us = us;
    this.remote = remote;
    this.writers = writers;
    this.receipt = receipt;
    this.fetching = fetching;
    this.events = events;
    this.appends = appends;
    this.outside = outside;
    this.clock = clock;
    this.random = random;
  }

  /// The first answer that is no refusal; else the last refusal.
  private static <T> Outcome<T> first(
      List<ServerName> servers, Function<ServerName, Outcome<T>> attempt) {
    Outcome<T> last =
        Outcome.refused(ErrorCode.M_NOT_FOUND, "No server is known that could be asked.");
    for (var server : servers) {
      last = attempt.apply(server);
      if (last instanceof Outcome.Done<T>) return last;
    }
    return last;
  }

  @Override
  public Outcome<EventId> join(
      List<ServerName> servers, RoomId roomId, UserId userId, ObjectNode content) {
    var refusal = writers.refusesEntry(roomId);
    if (refusal.isPresent()) return Outcome.forbidden(refusal.get());
    return first(
        servers,
        server -> made(server, "join", roomId, userId, content).then(join -> joinBy(server, join)));
  }

  /// Our member event on the place in the DAG that the other server proposes.
  private Outcome<Event> made(
      ServerName server, String membership, RoomId roomId, UserId userId, ObjectNode content) {
    return remote
        .make(server, membership, roomId, userId)
        .then(
            made -> {
              var rules = made.version().rules();
              var template = made.template();
              var own = content.deepCopy().put("membership", membership);
              var authoriser = template.path("content").path("join_authorised_via_users_server");
              if (membership.equals("join") && authoriser.isTextual())
                own.set("join_authorised_via_users_server", authoriser);
              try {
                return Outcome.done(event(rules, roomId, userId, own, template));
              } catch (MalformedEvent | IllegalArgumentException e) {
                return Outcome.refused(
                    ErrorCode.M_UNKNOWN, "The other server proposed no sensible event.");
              }
            });
  }

  private Event event(
      RoomRules rules, RoomId roomId, UserId userId, ObjectNode content, ObjectNode template)
      throws MalformedEvent {
    var hashes = new HashMap<EventId, String>();
    var prev = references(template.path("prev_events"), hashes);
    var auth = references(template.path("auth_events"), hashes);
    return new EventBuilder(rules, EventType.MEMBER, userId, random)
        .roomId(roomId)
        .stateKey(userId.value())
        .content(content)
        .prevEvents(prev)
        .authEvents(auth)
        .referenceHashes(hashes)
        .depth(Math.max(1, template.path("depth").asLong(1)))
        .originServerTs(clock.millis())
        .build(us.name(), us.key());
  }

  private static List<EventId> references(JsonNode list, Map<EventId, String> hashes) {
    var ids = new ArrayList<EventId>();
    for (var item : list) {
      var id = new EventId((item.isArray() ? item.path(0) : item).asText(""));
      ids.add(id);
      var hash = item.path(1).path("sha256").textValue();
      if (hash != null) hashes.put(id, hash);
    }
    return ids;
  }

  private Outcome<EventId> joinBy(ServerName server, Event join) {
    return remote
        .sendJoin(server, join.roomId(), join.eventId(), join.json())
        .then(joined -> verified(join, joined))
        .then(this::store);
  }

  /// A verified answer.
  ///
  /// @param join with the other server's signature where the room wants it
  /// @param state ids of the state before the join
  /// @param events of the state and the auth chain, each of which passed checks 1 to 3
  private record Answer(Event join, List<EventId> state, List<Event> events) {}

  private Outcome<Answer> verified(Event join, RemoteRooms.Joined joined) {
    var rules = join.rules();
    var state = fetching.read(joined.state(), rules);
    var all = new ArrayList<>(fetching.read(joined.authChain(), rules));
    all.addAll(state);
    boolean rightRoom = all.stream().allMatch(event -> event.roomId().equals(join.roomId()));
    var create = state.stream().filter(event -> event.isState(StateKey.CREATE)).findFirst();
    if (!rightRoom || create.isEmpty() || !isOfVersion(create.get(), rules))
      return Outcome.refused(
          ErrorCode.M_UNKNOWN, "The other server's answer does not describe the room.");
    var ids = state.stream().map(Event::eventId).toList();
    if (joined.event() == null) return Outcome.done(new Answer(join, ids, all));
    return receipt
        .read(joined.event(), rules)
        .then(
            signed ->
                signed.eventId().equals(join.eventId())
                    ? Outcome.done(new Answer(signed, ids, all))
                    : Outcome.refused(
                        ErrorCode.M_UNKNOWN, "The other server answered another event."));
  }

  private static boolean isOfVersion(Event create, RoomRules rules) {
    return create.content().path("room_version").asText("1").equals(rules.version().id());
  }

  private Outcome<EventId> store(Answer answer) {
    var key = events.newRoom(answer.join().roomId(), answer.join().rules());
    return writers.withOrStart(key, writer -> store(writer, answer));
  }

  private Outcome<EventId> store(RoomWriter writer, Answer answer) {
    var lane = answer.events().size() > 400 ? Lane.BULK : Lane.FEDERATION;
    Outliers.store(writer, answer.events(), lane);
    return Fetching.tree(writer, answer.state())
        .then(
            given ->
                receipt.judge(
                    writer, answer.join(), new Receipt.Circumstances(Entrance.LIVE, given, false)))
        .then(judged -> append(writer, judged))
        .map(RoomWriter.Queued::await);
  }

  private Outcome<RoomWriter.Queued<EventId>> append(RoomWriter writer, Receipt.Judged judged) {
    return writer.write(
        Lane.FEDERATION,
        judged.generation(),
        entry -> {
          if (!entry.now().occupants().includes(us.name())) entry.leaveHeadsBehind();
          var placed = receipt.append(entry, judged);
          return placed.isAccepted()
              ? Outcome.done(placed.event().eventId())
              : Outcome.forbidden("The room's rules do not allow this join.");
        });
  }

  @Override
  public Outcome<EventId> knock(
      List<ServerName> servers, RoomId roomId, UserId userId, ObjectNode content) {
    return first(
        servers,
        server ->
            made(server, "knock", roomId, userId, content)
                .then(
                    knock ->
                        remote
                            .sendKnock(server, roomId, knock.eventId(), knock.json())
                            .map(state -> outside(knock, "knock", state))));
  }

  @Override
  public Outcome<EventId> leave(
      List<ServerName> servers, RoomId roomId, UserId userId, ObjectNode content) {
    var left =
        first(
            servers,
            server ->
                made(server, "leave", roomId, userId, content)
                    .then(
                        leave ->
                            remote
                                .sendLeave(server, roomId, leave.eventId(), leave.json())
                                .map(_ -> outside(leave, "leave", List.of()))));
    if (left instanceof Outcome.Done<EventId>) return left;
    // Nobody to be told: the user is rid of the invite all the same.
    var id = new EventId("$left-" + Long.toHexString(random.nextLong()) + ":" + us.name());
    var farewell =
        Json.object()
            .put("event_id", id.value())
            .put("type", EventType.MEMBER)
            .put("room_id", roomId.value())
            .put("sender", userId.value())
            .put("state_key", userId.value())
            .put("origin_server_ts", clock.millis());
    farewell.set("content", content.deepCopy());
    outside.note(
        new RoomChange.SetRemoteMembership(roomId, userId, "leave", id, userId, List.of(farewell)));
    return Outcome.done(id);
  }

  private EventId outside(Event event, String membership, List<ObjectNode> state) {
    var told = new ArrayList<>(state);
    told.add(event.json().deepCopy().put("event_id", event.eventId().value()));
    outside.note(
        new RoomChange.SetRemoteMembership(
            event.roomId(), event.sender(), membership, event.eventId(), event.sender(), told));
    return event.eventId();
  }

  @Override
  public Outcome<EventId> invite(ServerName server, Event event, List<Event> strippedState) {
    var state = strippedState.stream().map(Event::json).toList();
    return remote
        .invite(
            server, event.roomId(), event.eventId(), event.json(), event.rules().version(), state)
        .then(signed -> receipt.read(merged(event, signed), event.rules()))
        .then(
            signed ->
                signed.eventId().equals(event.eventId())
                    ? appends.appendBuilt(signed, List.of())
                    : Outcome.refused(
                        ErrorCode.M_UNKNOWN, "The other server answered another event."));
  }

  /// Our event with the other server's signatures added: nothing else of the answer is taken.
  private static ObjectNode merged(Event event, ObjectNode signed) {
    var merged = event.json().deepCopy();
    var signatures = merged.withObjectProperty("signatures");
    var present = new HashSet<String>();
    signatures.fieldNames().forEachRemaining(present::add);
    for (var server : signed.path("signatures").properties())
      if (!present.contains(server.getKey())) signatures.set(server.getKey(), server.getValue());
    return merged;
  }
}
