package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.engine.auth.AuthEventSelection;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.engine.auth.Rule;
import org.hearth.engine.auth.Verdict;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.EventFormat;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;

/// Builds events at a room's heads: the place in the DAG, auth events, hashes, our signature; and
/// asks the authorisation rules.
final class LocalEvents {
  private final ServerName us;
  private final SigningKey key;
  private final InstantSource clock;
  private final SecureRandom random;

  LocalEvents(ServerName us, SigningKey key, InstantSource clock, SecureRandom random) {
    this.us = us;
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /// An event built and allowed, the events that its `auth_events` name, and the state before it.
  record Built(Event event, List<Integer> authOrdinals, long stateBefore) {}

  /// What an event stands on.
  record Footing(Snapshot snapshot, Map<StateKey, RoomEvent> authState, List<Snapshot.Head> prev) {}

  /// For an event that is not appended by this entry.
  Outcome<Built> build(RoomData data, Snapshot snapshot, Draft draft) {
    var edit = new StateEdit(data);
    try {
      return build(data, snapshot, draft, edit);
    } finally {
      edit.discard();
    }
  }

  /// @param edit takes the nodes of the state before the event, if it is not the snapshot's
  Outcome<Built> build(RoomData data, Snapshot snapshot, Draft draft, StateEdit edit) {
    var footing = footing(data, snapshot, draft, edit);
    Event event;
    try {
      event = builder(data.key().rules(), data.key().id(), data, footing, draft).build(us, key);
    } catch (MalformedEvent e) {
      return malformed(draft, e);
    }
    var verdict = AuthRules.check(event, data.key().rules(), authState(footing.authState()));
    if (verdict instanceof Verdict.Reject reject) return refused(reject);
    return Outcome.done(new Built(event, authOrdinals(event, footing), footing.snapshot().root()));
  }

  /// The event that starts a room: it stands on nothing.
  Outcome<Event> create(RoomRules rules, RoomId random, Draft draft) {
    var builder = fields(rules, draft).depth(1);
    if (!rules.roomIdIsCreateHash()) builder.roomId(random);
    Event event;
    try {
      event = builder.build(us, key);
    } catch (MalformedEvent e) {
      return malformed(draft, e);
    }
    var verdict = AuthRules.check(event, rules, _ -> null);
    if (verdict instanceof Verdict.Reject reject) return refused(reject);
    return Outcome.done(event);
  }

  /// Without hashes and signatures, for other servers to complete.
  ObjectNode template(RoomData data, Snapshot snapshot, Draft draft) {
    var edit = new StateEdit(data);
    try {
      var footing = footing(data, snapshot, draft, edit);
      return builder(data.key().rules(), data.key().id(), data, footing, draft).template();
    } finally {
      edit.discard();
    }
  }

  /// Brings into the caches what [#build] will read.
  void prepare(RoomData data, Snapshot snapshot, Draft draft) {
    var edit = new StateEdit(data);
    try {
      var footing = footing(data, snapshot, draft, edit);
      if (data.key().rules().referencesAreHashPairs()) hashes(data, footing, data.key().rules());
    } finally {
      edit.discard();
    }
  }

  /// Milliseconds since 1970.
  long now() {
    return clock.millis();
  }

  /// Whether the rules would allow it, with what they said.
  Verdict judge(RoomData data, Snapshot snapshot, Event event) {
    var keys = withCreate(AuthEventSelection.select(event));
    return AuthRules.check(event, data.key().rules(), authState(data.state(snapshot.root(), keys)));
  }

  private Footing footing(RoomData data, Snapshot all, Draft draft, StateEdit edit) {
    var snapshot = narrowed(data, all, draft.sender(), edit);
    var keys =
        AuthEventSelection.select(
            draft.type(), draft.stateKey(), draft.sender(), draft.content(), data.key().rules());
    var prev =
        snapshot.heads().stream()
            .sorted(Comparator.comparingInt(Snapshot.Head::ordinal).reversed())
            .toList();
    return new Footing(snapshot, data.state(snapshot.root(), withCreate(keys)), prev);
  }

  /// An event names a part of the heads if they are very many. What others take for the state
  /// before it is then resolved from that part alone, and so it must be here. The heads at which
  /// the sender is in the room go first, and the newest of them.
  private static Snapshot narrowed(
      RoomData data, Snapshot snapshot, UserId sender, StateEdit edit) {
    if (snapshot.heads().size() <= EventFormat.MAX_PREV_EVENTS) return snapshot;
    var member = StateKey.member(sender);
    var chosen =
        snapshot.heads().stream()
            .sorted(
                Comparator.comparing((Snapshot.Head head) -> isJoined(data, head, member))
                    .thenComparingInt(Snapshot.Head::ordinal)
                    .reversed())
            .limit(EventFormat.MAX_PREV_EVENTS)
            .toList();
    var states = new TreeSet<Long>();
    for (var head : chosen) states.add(head.stateAfter());
    return new Snapshot(
        chosen, Resolution.resolve(data, edit, states), snapshot.occupants(), snapshot.position());
  }

  private static boolean isJoined(RoomData data, Snapshot.Head head, StateKey member) {
    var event = data.state(head.stateAfter(), member);
    return event != null && event.event().membership().filter("join"::equals).isPresent();
  }

  static Set<StateKey> withCreate(Collection<StateKey> keys) {
    var all = new TreeSet<>(keys);
    all.add(StateKey.CREATE);
    return all;
  }

  static AuthState authState(Map<StateKey, RoomEvent> events) {
    return key -> {
      var event = events.get(key);
      return event == null ? null : event.event();
    };
  }

  private static List<Integer> authOrdinals(Event event, Footing footing) {
    var named = Set.copyOf(event.authEvents());
    return footing.authState().values().stream()
        .filter(auth -> named.contains(auth.event().eventId()))
        .map(RoomEvent::ordinal)
        .sorted()
        .toList();
  }

  private EventBuilder builder(
      RoomRules rules, RoomId roomId, RoomData data, Footing footing, Draft draft) {
    var auth = new ArrayList<EventId>();
    footing
        .authState()
        .forEach(
            (place, event) -> {
              if (rules.createInAuthEvents() || !place.equals(StateKey.CREATE))
                auth.add(event.event().eventId());
            });
    auth.sort(Comparator.naturalOrder());
    var prev = footing.prev().stream().map(Snapshot.Head::eventId).toList();
    long depth = footing.prev().stream().mapToLong(Snapshot.Head::depth).max().orElse(0);
    var builder =
        fields(rules, draft)
            .roomId(roomId)
            .prevEvents(prev)
            .authEvents(auth)
            .depth(depth == Long.MAX_VALUE ? depth : depth + 1);
    if (rules.referencesAreHashPairs()) builder.referenceHashes(hashes(data, footing, rules));
    return builder;
  }

  private EventBuilder fields(RoomRules rules, Draft draft) {
    var builder =
        new EventBuilder(rules, draft.type(), draft.sender(), random)
            .content(draft.content())
            .originServerTs(
                draft.originServerTs() == null ? clock.millis() : draft.originServerTs());
    if (draft.stateKey() != null) builder.stateKey(draft.stateKey());
    if (draft.redacts() != null) builder.redacts(draft.redacts());
    return builder;
  }

  private static Map<EventId, String> hashes(RoomData data, Footing footing, RoomRules rules) {
    var events = new ArrayList<>(footing.authState().values());
    for (var head : footing.prev()) events.add(data.event(head.ordinal()));
    var hashes = new HashMap<EventId, String>();
    for (var event : events) {
      try {
        hashes.put(
            event.event().eventId(),
            Base64Unpadded.encode(EventHashes.referenceHash(event.event().json(), rules)));
      } catch (NotCanonical e) {
        throw new IllegalStateException("A stored event has a canonical form.", e);
      }
    }
    return hashes;
  }

  private static <T> Outcome<T> refused(Verdict.Reject reject) {
    var code =
        reject.rule() == Rule.FIELDS_ARE_SHORT ? ErrorCode.M_TOO_LARGE : ErrorCode.M_FORBIDDEN;
    return Outcome.refused(code, reject.why() + ".");
  }

  private static <T> Outcome<T> malformed(Draft draft, MalformedEvent why) {
    boolean large =
        Json.write(draft.content()).length > EventFormat.MAX_EVENT_BYTES / 2
            || draft.type().length() > EventFormat.MAX_FIELD_BYTES / 4
            || draft.stateKey() != null
                && draft.stateKey().length() > EventFormat.MAX_FIELD_BYTES / 4;
    return Outcome.refused(
        large ? ErrorCode.M_TOO_LARGE : ErrorCode.M_BAD_JSON,
        "This is no event that can be sent: " + why.getMessage() + ".");
  }

  /// `!opaque:server`, for room versions whose servers choose.
  RoomId randomRoomId() {
    var bytes = new byte[18];
    random.nextBytes(bytes);
    return new RoomId("!" + Base64Unpadded.encodeUrlSafe(bytes) + ":" + us);
  }

  RoomKey newRoom(RoomId roomId, RoomRules rules) {
    return new RoomKey(random.nextLong(1, Long.MAX_VALUE), roomId, rules);
  }

  static boolean isRedaction(Event event) {
    return event.type().equals(EventType.REDACTION);
  }
}
