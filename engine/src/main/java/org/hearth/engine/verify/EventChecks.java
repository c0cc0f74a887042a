package org.hearth.engine.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.hearth.engine.auth.Rule;
import org.hearth.engine.room.ServerKeys;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.Reading.Stored;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.EventSigning;
import org.hearth.schemas.event.EventSigning.Verification;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.jspecify.annotations.Nullable;

/// What can be said of an event by itself: its format, id, hashes and signatures, and whether the
/// row's columns repeat it rightly.
final class EventChecks {
  private static final int KEYS = 10_000;

  private final Reading reading;
  private final ServerName us;
  private final ServerKeys keys;
  private final Findings findings;

  /// Servers that gave no key, so that they are asked once. Bounded by the room's servers.
  private final Map<String, Boolean> silent = new HashMap<>();

  private final Map<String, Optional<VerifyKey>> known = new HashMap<>();
  private long signatures;

  EventChecks(Reading reading, ServerName us, ServerKeys keys, Findings findings) {
    this.reading = reading;
    this.us = us;
    this.keys = keys;
    this.findings = findings;
  }

  /// How many signatures were good.
  long signatures() {
    return signatures;
  }

  void check(Stored stored) {
    var row = stored.row();
    if (row.unreadable() != null)
      findings.add(Kind.UNREADABLE_EVENT, row.id(), row.unreadable() + ".");
    if (row.json() == null) return;
    try {
      var read = EventReader.read(row.json().deepCopy(), reading.room().rules());
      if (!read.eventId().equals(row.id()))
        findings.add(
            Kind.WRONG_EVENT_ID,
            row.id(),
            "What is stored under this id has the id " + read.eventId() + ".");
    } catch (MalformedEvent | RuntimeException e) {
      findings.add(
          Kind.MALFORMED_EVENT, row.id(), "What is stored is no event: " + e.getMessage() + ".");
    }
    var event = stored.event();
    if (event == null) return;
    columns(row, event);
    content(row, event);
    redaction(row);
    signatures(event);
  }

  private void columns(EventRow row, Event event) {
    if (!event.roomId().equals(reading.room().id()))
      findings.add(Kind.WRONG_COLUMN, row.id(), "The event is of " + event.roomId() + ".");
    if (event.depth() != row.depth())
      findings.add(
          Kind.WRONG_COLUMN,
          row.id(),
          "Its depth is " + event.depth() + ", its row says " + row.depth() + ".");
    if (event.originServerTs() != row.originMs())
      findings.add(
          Kind.WRONG_COLUMN,
          row.id(),
          "Its time is " + event.originServerTs() + ", its row says " + row.originMs() + ".");
  }

  /// "Passes hash checks, otherwise it is redacted before being processed further": so an event
  /// whose hash is wrong must have lost what redaction takes.
  private void content(EventRow row, Event event) {
    if (row.redactedBy() != 0) {
      if (row.sealed())
        findings.add(Kind.WRONG_REDACTION, row.id(), "It is redacted, but its content is there.");
      return;
    }
    if (row.unreadable() != null || EventHashes.contentHashMatches(event)) return;
    boolean bare = Redaction.redact(event.json(), event.rules()).equals(event.json());
    // Events of this server never come with a wrong hash.
    boolean ours = event.sender().serverName().equals(us);
    if (bare && !ours)
      findings.add(
          Kind.CONTENT_NOT_KEPT,
          row.id(),
          "Only what redaction keeps is stored, as of an event that came with a wrong hash.");
    else
      findings.add(
          Kind.WRONG_CONTENT_HASH, row.id(), "Its content is not what its hash was made of.");
  }

  private void redaction(EventRow row) {
    // Negative: its content was removed without a redaction.
    if (row.redactedBy() <= 0) return;
    var redaction = reading.at(row.redactedBy()).map(Stored::event).orElse(null);
    boolean names = redaction != null && redaction.redacts().filter(row.id()::equals).isPresent();
    if (!names)
      findings.add(
          Kind.WRONG_REDACTION,
          row.id(),
          "It is redacted by " + reading.idOf(row.redactedBy()) + ", which is no redaction of it.");
  }

  private void signatures(Event event) {
    for (var server : EventSigning.requiredSigners(event)) {
      switch (EventSigning.verifyServer(event, server, (name, id) -> key(event, name, id))) {
        case Verification.Valid _ -> signatures++;
        case Verification.Forged(_, var id) ->
            findings.add(
                Kind.WRONG_SIGNATURE,
                event.eventId(),
                "The signature of " + server + " with " + id + " is wrong.");
        case Verification.KeyMissing _ -> findings.unchecked(server);
        case Verification.Unsigned _ ->
            findings.add(
                Kind.WRONG_SIGNATURE, event.eventId(), server + " has not signed it, but must.");
      }
    }
  }

  private @Nullable VerifyKey key(Event event, ServerName server, String id) {
    boolean strict = event.rules().signingKeyValidity();
    var name = server + " " + id;
    // Without regard to validity a key is the same for all events.
    var before = strict ? null : known.get(name);
    if (before != null) return before.orElse(null);
    if (silent.containsKey(name)) return null;
    var found = keys.find(server, id, event.originServerTs(), strict);
    if (found.isEmpty() && keys.find(server, id, 0, false).isEmpty() && silent.size() < KEYS)
      silent.put(name, true);
    if (!strict && known.size() < KEYS) known.put(name, found);
    return found.orElse(null);
  }

  /// The `auth` column names exactly those auth events that are stored.
  Map<EventId, Stored> authEdges(Stored stored, Event event) {
    var auth = reading.named(event.authEvents());
    var expected = new TreeSet<Integer>();
    for (var each : auth.values()) expected.add(each.row().ordinal());
    if (!expected.equals(new TreeSet<>(stored.row().auth()))) {
      var names = new ArrayList<String>();
      for (int ordinal : stored.row().auth()) names.add(reading.idOf(ordinal));
      findings.add(
          Kind.WRONG_AUTH_EDGES,
          event.eventId(),
          "Its auth events are "
              + words(auth.values().stream().map(each -> each.row().id().value()).sorted().toList())
              + ", its row names "
              + words(names.stream().sorted().toList())
              + ".");
    }
    // What another room's events were named for is rejected for that very reason.
    boolean foreign = Rule.AUTH_EVENTS_ARE_OF_THE_ROOM.name().equals(stored.row().rejectedFor());
    for (var id : new TreeSet<>(event.authEvents()))
      if (!foreign && !auth.containsKey(id))
        findings.add(
            Kind.AUTH_EVENT_MISSING, event.eventId(), "Its auth event " + id + " is not stored.");
    return auth;
  }

  private static String words(List<String> ids) {
    return ids.isEmpty() ? "none" : String.join(", ", ids);
  }

  static String standing(Standing standing) {
    return standing.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
