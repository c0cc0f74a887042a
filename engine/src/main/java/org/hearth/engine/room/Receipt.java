package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.hearth.engine.auth.Rule;
import org.hearth.engine.auth.Verdict;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// [Checks performed on receipt of a
/// PDU](https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu), in
/// their order: [#read] (1 to 3), [#judge] (4 and 5), [#append] (6, under the room's lock).
final class Receipt {
  private final SignatureCheck signatures;

  Receipt(ServerKeys keys) {
    this.signatures = new SignatureCheck(keys);
  }

  /// How far an event got in checks 1 to 3.
  sealed interface Reading {
    /// It goes on: whole, or redacted if its content hash is wrong.
    record Passed(Event event) implements Reading {}

    /// It can be judged once a key of the server is there.
    record Waiting(EventId eventId, ServerName server) implements Reading {}

    /// @param eventId null if not even that could be read
    record Dropped(@Nullable EventId eventId, Refusal refusal) implements Reading {}
  }

  /// @param fetching whether to ask other servers for keys that are not at hand
  Reading reading(ObjectNode pdu, RoomRules rules, boolean fetching) {
    return switch (FormatCheck.read(pdu, rules)) {
      case Outcome.Refused<Event>(var refusal) -> new Reading.Dropped(null, refusal);
      case Outcome.Done<Event>(var event) ->
          switch (signatures.check(event, fetching)) {
            case SignatureCheck.Result.Good() -> new Reading.Passed(ContentHashCheck.check(event));
            case SignatureCheck.Result.KeyMissing(var server) ->
                new Reading.Waiting(event.eventId(), server);
            case SignatureCheck.Result.Bad(var refusal) ->
                new Reading.Dropped(event.eventId(), refusal);
          };
    };
  }

  /// [#reading] for those who cannot wait.
  Outcome<Event> read(ObjectNode pdu, RoomRules rules) {
    return switch (reading(pdu, rules, true)) {
      case Reading.Passed(var event) -> Outcome.done(event);
      case Reading.Waiting(_, var server) ->
          Outcome.refused(
              ErrorCode.M_INVALID_SIGNATURE, "The key of " + server + " is not to be had now.");
      case Reading.Dropped(_, var refusal) -> Outcome.refused(refusal);
    };
  }

  /// How an event comes.
  ///
  /// @param stateBefore what another server said the state before the event is, for previous events
  ///   that are not known; null if all must be known
  /// @param outgoing whether this server must tell the others
  record Circumstances(Entrance entrance, @Nullable Given stateBefore, boolean outgoing) {
    static final Circumstances PUSHED = new Circumstances(Entrance.LIVE, null, false);
  }

  /// A state that another server gave, as nodes that are not stored yet.
  record Given(long root, StateEdit edit) {}

  /// An event after checks 4 and 5.
  ///
  /// @param event whole, also if a redaction waited for it: what it redacts itself, it redacts all
  ///   the same
  /// @param standing accepted (until check 6) or rejected
  /// @param generation the writer's when the state was read
  /// @param named whether known events name it as their predecessor, by what was durable
  record Judged(
      Event event,
      Circumstances circumstances,
      Standing standing,
      @Nullable String rejectedFor,
      long stateBefore,
      StateEdit edit,
      List<Integer> authOrdinals,
      int redactedBy,
      List<EventId> missing,
      RoomStore.Named named,
      long generation) {}

  /// Judges an event whose auth events are known, and its previous events too unless a state is
  /// given. Throws [LedgerException.Superseded] if what it stands upon was not written after all.
  Outcome<Judged> judge(RoomWriter writer, Event event, Circumstances circumstances) {
    long generation = writer.generation();
    try {
      return judge(writer, event, circumstances, generation);
    } catch (IllegalStateException e) {
      if (generation != writer.generation()) throw new LedgerException.Superseded();
      throw e;
    }
  }

  private static Outcome<Judged> judge(
      RoomWriter writer, Event copy, Circumstances circumstances, long generation) {
    var data = writer.data();
    var event = ContentHashCheck.best(copy, data.eventById(copy.eventId()));
    var auth = data.eventsById(event.authEvents());
    boolean foreign = namesAnotherRoom(data, event, auth);
    if (!foreign && auth.size() < new TreeSet<>(event.authEvents()).size())
      return Outcome.refused(ErrorCode.M_NOT_FOUND, "Events that authorise it are not known.");
    var prev = data.eventsById(event.prevEvents());
    var missing = new ArrayList<EventId>();
    var roots = new TreeSet<Long>();
    for (var id : event.prevEvents()) {
      var known = prev.get(id);
      if (known == null || known.isOutlier()) missing.add(id);
      else roots.add(known.stateAfter());
    }
    // A given state is the state before the event as a whole: what is known of its previous
    // events is resolved in it already, and would be weighed twice.
    var offered = circumstances.stateBefore();
    if (offered != null && missing.isEmpty()) offered.edit().discard();
    var given = missing.isEmpty() ? null : offered;
    if (!missing.isEmpty() && given == null)
      return Outcome.refused(ErrorCode.M_NOT_FOUND, "Events before it are not known.");
    var edit = given == null ? new StateEdit(data) : given.edit();
    long before = 0;
    if (given != null) before = given.root();
    else if (!roots.isEmpty()) before = Resolution.resolve(data, edit, roots);

    var verdict =
        foreign
            ? Verdict.reject(Rule.AUTH_EVENTS_ARE_OF_THE_ROOM)
            : AuthEventsCheck.check(event, auth, create(data, event));
    if (verdict.isAllowed()) verdict = StateCheck.check(data, event, before);
    var redaction = redaction(data, event);
    return Outcome.done(
        new Judged(
            event,
            circumstances,
            verdict.isAllowed() ? Standing.ACCEPTED : Standing.REJECTED,
            rule(verdict),
            before,
            edit,
            auth.values().stream().map(RoomEvent::ordinal).sorted().toList(),
            redaction,
            missing,
            data.memory().store().named(data.key(), event.eventId()),
            generation));
  }

  /// "If any event in `auth_events` has a `room_id` which does not match that of the event being
  /// authorised, reject." Such an event is not among the room's, so it is looked for elsewhere.
  private static boolean namesAnotherRoom(
      RoomData data, Event event, Map<EventId, RoomEvent> known) {
    var unknown = new TreeSet<>(event.authEvents());
    unknown.removeAll(known.keySet());
    return !unknown.isEmpty() && !data.memory().events(unknown).isEmpty();
  }

  static @Nullable String rule(Verdict verdict) {
    return verdict instanceof Verdict.Reject(var rule, _) ? rule.name() : null;
  }

  /// The room's create event; null if the event is it.
  static @Nullable Event create(RoomData data, Event event) {
    if (event.type().equals(EventType.CREATE)) return null;
    if (event.rules().roomIdIsCreateHash()) {
      var create = data.eventById(new EventId("$" + event.roomId().value().substring(1)));
      return create == null || create.isRejected() ? null : create.event();
    }
    Map<EventId, RoomEvent> auth = data.eventsById(event.authEvents());
    for (var candidate : auth.values())
      if (candidate.event().type().equals(EventType.CREATE)) return candidate.event();
    return null;
  }

  /// The first redaction that waited for this event and may redact it; 0 if none.
  private static int redaction(RoomData data, Event event) {
    var waiting =
        data.memory()
            .store()
            .redactionsOf(data.key(), List.of(event.eventId()))
            .getOrDefault(event.eventId(), List.of());
    for (var redaction : data.events(waiting).values())
      if (redaction.isAccepted()
          && Redactions.permits(data, redaction.event(), event, redaction.stateBefore()))
        return redaction.ordinal();
    return 0;
  }

  /// Also by a redaction that came while this event was judged.
  private static int redactedBy(RoomEntry entry, Judged judged) {
    int lately = entry.redacting(judged.event().eventId());
    if (judged.redactedBy() != 0 || lately == 0) return judged.redactedBy();
    var redaction = entry.data().event(lately);
    boolean applies =
        redaction.isAccepted()
            && Redactions.permits(
                entry.data(), redaction.event(), judged.event(), redaction.stateBefore());
    return applies ? lately : 0;
  }

  /// Check 6, and the event's entry into the room. Answers the event as it is known, if it came by
  /// another way meanwhile.
  RoomEvent append(RoomEntry entry, Judged judged) {
    var data = entry.data();
    var known = data.eventById(judged.event().eventId());
    if (known != null && !known.isOutlier()) {
      judged.edit().discard();
      return known;
    }
    entry.adopt(judged.edit());
    var standing = judged.standing();
    var rejectedFor = judged.rejectedFor();
    // Without heads (a server that comes back to a room) the state here is an old one, of before it
    // left: it says nothing about what is allowed today.
    boolean live =
        judged.circumstances().entrance() == Entrance.LIVE && !entry.now().heads().isEmpty();
    long now = entry.now().root();
    if (live && standing == Standing.ACCEPTED && now != judged.stateBefore()) {
      var verdict = StateCheck.check(data, judged.event(), now);
      if (!verdict.isAllowed()) {
        standing = Standing.SOFT_FAILED;
        rejectedFor = rule(verdict);
      }
    }
    var named = judged.named().or(entry.named(judged.event().eventId()));
    if (named != RoomStore.Named.BY_NOBODY)
      entry.add(new RoomChange.CloseGap(data.key(), judged.event().eventId()));
    int redactedBy = redactedBy(entry, judged);
    return entry.append(
        new Arrival(
            redactedBy == 0 ? judged.event() : Redaction.redact(judged.event()),
            judged.circumstances().entrance(),
            standing,
            rejectedFor,
            judged.stateBefore(),
            judged.authOrdinals(),
            known,
            redactedBy,
            standing == Standing.ACCEPTED
                ? Redactions.note(data, judged.event(), judged.stateBefore())
                : null,
            judged.missing(),
            null,
            judged.circumstances().outgoing() && standing == Standing.ACCEPTED,
            named == RoomStore.Named.BY_ACCEPTED
                || named == RoomStore.Named.BY_REFUSED && entry.liesBeforeHeads(judged.event())));
  }
}
