package org.hearth.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.auth.AuthEventSelection;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.EventSigning;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;

/// Where a made-up event is put, and its making.
///
/// @param events of the room, as the attacker's engine knows them
/// @param at the event before it
/// @param state after that event
record Forge(
    SimulatedServer server,
    RoomId room,
    RoomRules rules,
    List<RoomEvent> events,
    Event at,
    Map<StateKey, EventId> state,
    Chance chance) {

  /// Empty if the attacker's engine has nothing to build on.
  static Optional<Forge> in(SimulatedServer server, RoomId room, boolean old, Chance chance) {
    var now = server.running();
    var events =
        server.disk.rooms().events(room).stream()
            .filter(event -> event.position() > 0 && event.standing() == Standing.ACCEPTED)
            .toList();
    if (events.isEmpty()) return Optional.empty();
    var at = (old ? chance.pick(events) : events.getLast()).event();
    return now.engine
        .rooms()
        .stateBefore(room, at.eventId())
        .map(
            before -> {
              var state = new HashMap<>(before.all());
              if (at.isState()) state.put(at.stateKeyPair(), at.eventId());
              return new Forge(server, room, at.rules(), events, at, Map.copyOf(state), chance);
            });
  }

  /// The event before it, and what authorises it, as an honest server would say.
  EventBuilder honest(UserId sender, String type, String stateKey, ObjectNode content) {
    var keys = AuthEventSelection.select(type, stateKey, sender, content, rules);
    var auth = keys.stream().filter(state::containsKey).map(state::get).sorted().toList();
    return with(sender, type, stateKey, content, List.of(at.eventId()), auth);
  }

  EventBuilder with(
      UserId sender,
      String type,
      String stateKey,
      ObjectNode content,
      Collection<EventId> previous,
      Collection<EventId> auth) {
    var builder =
        new EventBuilder(rules, type, sender, chance.secure())
            .roomId(room)
            .content(content)
            .prevEvents(previous)
            .authEvents(auth)
            .depth(at.depth() + 1)
            .originServerTs(server.world.scheduler.millis());
    if (!stateKey.equals(MESSAGE)) builder.stateKey(stateKey);
    if (rules.referencesAreHashPairs()) builder.referenceHashes(hashes());
    return builder;
  }

  /// Stands for no state key.
  static final String MESSAGE = "\u0001message";

  private Map<EventId, String> hashes() {
    var hashes = new HashMap<EventId, String>();
    for (var event : events) {
      try {
        var hash = EventHashes.referenceHash(event.event().json(), rules);
        hashes.put(event.event().eventId(), Base64Unpadded.encode(hash));
      } catch (NotCanonical e) {
        throw new IllegalStateException(e);
      }
    }
    return hashes;
  }

  Event signed(EventBuilder builder) throws MalformedEvent {
    return builder.build(server.name, server.key);
  }

  /// Hashed and signed by this server, whatever it is.
  ObjectNode signed(ObjectNode event) throws NotCanonical {
    var copy = event.deepCopy();
    copy.putObject("hashes").put("sha256", EventHashes.contentHash(copy, rules));
    return EventSigning.sign(copy, rules, server.name, server.key);
  }
}
