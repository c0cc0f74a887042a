package org.hearth.storage.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.hearth.engine.room.InboundRooms;
import org.hearth.engine.room.RemoteRooms;
import org.hearth.engine.room.ServerKeys;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;

/// Servers in one process: each asks the others' [InboundRooms]. It can be cut.
final class TestNetwork {
  private final Map<ServerName, TestServer> servers = new LinkedHashMap<>();
  private final Map<ServerName, SigningKey> strangers = new HashMap<>();
  private final Map<ServerName, Long> sent = new HashMap<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong keysAsked = new AtomicLong();
  private volatile boolean cut;
  private volatile boolean mute;
  private volatile boolean withheld;
  private volatile boolean keysAway;
  private volatile Duration ahead = Duration.ZERO;

  void add(TestServer server) {
    servers.put(server.name, server);
  }

  /// The key of a server that never answers.
  SigningKey stranger(ServerName name) {
    return strangers.computeIfAbsent(
        name, _ -> SigningKey.generate("ed25519:1", new SecureRandom()));
  }

  void cut(boolean cut) {
    this.cut = cut;
  }

  /// Transactions arrive, but nobody answers questions.
  void mute(boolean mute) {
    this.mute = mute;
  }

  /// Ids are told, the events are not.
  void withhold(boolean withheld) {
    this.withheld = withheld;
  }

  /// Questions so far.
  long asked() {
    return asked.get();
  }

  /// Nobody can get another server's keys.
  void keysAway(boolean away) {
    this.keysAway = away;
  }

  /// All clocks.
  InstantSource clock() {
    return () -> Instant.now().plus(ahead);
  }

  void pass(Duration time) {
    ahead = ahead.plus(time);
  }

  Optional<VerifyKey> key(ServerName server, String keyId, long timestamp, boolean strict) {
    if (keysAway) return Optional.empty();
    return Optional.ofNullable(servers.get(server))
        .map(found -> found.key)
        .or(() -> Optional.ofNullable(strangers.get(server)))
        .map(SigningKey::verifyKey)
        .filter(key -> key.id().equals(keyId));
  }

  ServerKeys keys() {
    return new ServerKeys() {
      @Override
      public Optional<VerifyKey> find(
          ServerName server, String keyId, long timestamp, boolean strict) {
        keysAsked.incrementAndGet();
        return key(server, keyId, timestamp, strict);
      }

      @Override
      public Optional<VerifyKey> known(
          ServerName server, String keyId, long timestamp, boolean strict) {
        return key(server, keyId, timestamp, strict);
      }
    };
  }

  /// How often a key was asked for that may not have been at hand.
  long keysAsked() {
    return keysAsked.get();
  }

  RemoteRooms from(TestServer server) {
    return new Line(server.name);
  }

  /// Nobody answers.
  RemoteRooms silent() {
    return new Line(new ServerName("nobody.example"));
  }

  /// Sends what every server has to say to the others.
  void deliver() {
    for (var server : servers.values()) {
      long committed = server.ledger().committed();
      for (var event :
          server.engine().outgoing().after(sent.getOrDefault(server.name, 0L), committed, 10_000))
        for (var destination : event.destinations())
          push(server, destination, List.of(event.eventId()));
      sent.put(server.name, committed);
    }
  }

  /// As if everything so far had been lost on the way.
  void forget() {
    for (var server : servers.values()) sent.put(server.name, server.ledger().committed());
  }

  /// Answers what became of each event: an error, or nothing.
  Map<EventId, String> push(TestServer from, ServerName to, List<EventId> events) {
    var target = servers.get(to);
    if (target == null || cut) return Map.of();
    var pdus =
        from.engine().outgoing().federationForm(events).stream().map(TestNetwork::copy).toList();
    return target.engine().inbound().receive(from.name, "t" + events, pdus);
  }

  /// Over the wire.
  private static ObjectNode copy(ObjectNode json) {
    try {
      return Json.parseObject(Json.write(json));
    } catch (MalformedJson e) {
      throw new AssertionError(e);
    }
  }

  private static List<ObjectNode> copy(List<ObjectNode> list) {
    return new ArrayList<>(list.stream().map(TestNetwork::copy).toList());
  }

  private final class Line implements RemoteRooms {
    private final ServerName origin;

    Line(ServerName origin) {
      this.origin = origin;
    }

    private <T> Outcome<T> ask(ServerName server, Function<InboundRooms, Outcome<T>> question) {
      asked.incrementAndGet();
      if (cut || mute || !servers.containsKey(server))
        return Outcome.refused(ErrorCode.M_CONNECTION_FAILED, "No answer.");
      return question.apply(Objects.requireNonNull(servers.get(server)).engine().inbound());
    }

    private <T> Outcome<T> askForEvents(
        ServerName server, Function<InboundRooms, Outcome<T>> question) {
      return withheld
          ? Outcome.refused(ErrorCode.M_CONNECTION_FAILED, "No answer.")
          : ask(server, question);
    }

    @Override
    public Outcome<Made> make(ServerName server, String membership, RoomId roomId, UserId userId) {
      var versions = java.util.Arrays.stream(RoomVersion.values()).map(RoomVersion::id).toList();
      return ask(server, rooms -> rooms.make(origin, membership, roomId, userId, versions))
          .map(made -> new Made(made.version(), copy(made.template())));
    }

    @Override
    public Outcome<Joined> sendJoin(
        ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
      return ask(server, rooms -> rooms.sendJoin(origin, roomId, eventId, copy(event), false))
          .map(
              answer ->
                  new Joined(copy(answer.state()), copy(answer.authChain()), copy(answer.event())));
    }

    @Override
    public Outcome<Void> sendLeave(
        ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
      return ask(server, rooms -> rooms.sendLeave(origin, roomId, eventId, copy(event)));
    }

    @Override
    public Outcome<List<ObjectNode>> sendKnock(
        ServerName server, RoomId roomId, EventId eventId, ObjectNode event) {
      return ask(server, rooms -> rooms.sendKnock(origin, roomId, eventId, copy(event)));
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
          rooms -> rooms.invite(origin, roomId, eventId, copy(event), version.id(), copy(state)));
    }

    @Override
    public Outcome<List<ObjectNode>> missingEvents(
        ServerName server,
        RoomId roomId,
        Collection<EventId> earliest,
        Collection<EventId> latest,
        int limit,
        long minDepth) {
      return askForEvents(
              server,
              rooms -> rooms.missingEvents(origin, roomId, earliest, latest, limit, minDepth))
          .map(TestNetwork::copy);
    }

    @Override
    public Outcome<List<ObjectNode>> backfill(
        ServerName server, RoomId roomId, Collection<EventId> from, int limit) {
      return ask(server, rooms -> rooms.backfill(origin, roomId, from, limit))
          .map(TestNetwork::copy);
    }

    @Override
    public Outcome<ObjectNode> event(ServerName server, EventId eventId) {
      return askForEvents(
          server,
          rooms ->
              rooms
                  .event(origin, eventId)
                  .map(StoredEvent::event)
                  .map(event -> Outcome.done(copy(event.json())))
                  .orElseGet(() -> Outcome.notFound("No such event.")));
    }

    @Override
    public Outcome<StateIds> stateIds(ServerName server, RoomId roomId, EventId at) {
      return ask(server, rooms -> rooms.stateIds(origin, roomId, at))
          .map(ids -> new StateIds(ids.state(), ids.authChain()));
    }

    @Override
    public Outcome<State> state(ServerName server, RoomId roomId, EventId at) {
      return askForEvents(server, rooms -> rooms.state(origin, roomId, at))
          .map(state -> new State(copy(state.state()), copy(state.authChain())));
    }

    @Override
    public Outcome<List<ObjectNode>> eventAuth(ServerName server, RoomId roomId, EventId eventId) {
      return ask(server, rooms -> rooms.eventAuth(origin, roomId, eventId)).map(TestNetwork::copy);
    }

    @Override
    public Outcome<Nearest> timestampToEvent(
        ServerName server, RoomId roomId, long timestampMs, Timeline.Direction direction) {
      return ask(server, rooms -> rooms.timestampToEvent(origin, roomId, timestampMs, direction))
          .map(event -> new Nearest(event.event().eventId(), event.event().originServerTs()));
    }

    @Override
    public Outcome<Alias> alias(RoomAlias alias) {
      return Outcome.notFound("Not part of this test.");
    }

    @Override
    public Outcome<JsonNode> publicRooms(ServerName server, ObjectNode request) {
      return Outcome.notFound("Not part of this test.");
    }

    @Override
    public Outcome<JsonNode> hierarchy(ServerName server, RoomId roomId, boolean suggestedOnly) {
      return Outcome.notFound("Not part of this test.");
    }
  }
}
