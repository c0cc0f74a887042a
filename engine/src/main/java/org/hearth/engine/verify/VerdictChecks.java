package org.hearth.engine.verify;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.engine.auth.AuthEventSelection;
import org.hearth.engine.auth.AuthEventsRules;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.engine.auth.Verdict;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.Reading.Stored;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// Checks 4 to 6 on receipt, again: whether each event is accepted, rejected or soft-failed by the
/// rule that its row names.
final class VerdictChecks {
  private final Reading reading;
  private final Findings findings;

  VerdictChecks(Reading reading, Findings findings) {
    this.reading = reading;
    this.findings = findings;
  }

  /// @param auth the event's auth events, as far as stored
  void check(Stored stored, Event event, Map<EventId, Stored> auth) {
    if (auth.size() < new HashSet<>(event.authEvents()).size()) return;
    var byAuth = byAuthEvents(event, auth);
    var row = stored.row();
    if (stored.isOutlier()) {
      boolean rejected = stored.is(Standing.REJECTED);
      if (byAuth.isAllowed() == rejected) differs(row, "its auth events", byAuth);
      return;
    }
    var refusal = byAuth.isAllowed() ? byState(event, row.stateBefore()) : byAuth;
    var against = byAuth.isAllowed() ? "the state before it" : "its auth events";
    switch (row.standing()) {
      case REJECTED -> {
        if (refusal.isAllowed() || !isNamed(refusal, row)) differs(row, against, refusal);
      }
      case ACCEPTED -> {
        if (!refusal.isAllowed()) differs(row, against, refusal);
      }
      case SOFT_FAILED -> {
        if (!refusal.isAllowed()) differs(row, against, refusal);
        else if (row.roomState() != 0) {
          var current = byState(event, row.roomState());
          if (current.isAllowed() || !isNamed(current, row))
            differs(row, "the room's state when it came", current);
        }
      }
      case OUTLIER -> {}
    }
  }

  private static boolean isNamed(Verdict verdict, EventRow row) {
    return verdict instanceof Verdict.Reject(var rule, _) && rule.name().equals(row.rejectedFor());
  }

  private void differs(EventRow row, String against, Verdict verdict) {
    var stored =
        EventChecks.standing(row.standing())
            + (row.rejectedFor() == null ? "" : " by " + row.rejectedFor());
    findings.add(
        Kind.WRONG_VERDICT,
        row.id(),
        "It is stored as "
            + stored
            + "; by "
            + against
            + " "
            + words(verdict, reading.room().rules())
            + ".");
  }

  /// For people, with the rule's number in the text of the room version.
  static String words(Verdict verdict, RoomRules rules) {
    return switch (verdict) {
      case Verdict.Allow _ -> "it is allowed";
      case Verdict.Reject(var rule, var why) ->
          "it is refused: rule "
              + rule.number(rules.version()).orElse("-")
              + " "
              + rule.name()
              + " ("
              + why
              + ")";
    };
  }

  private Verdict byAuthEvents(Event event, Map<EventId, Stored> auth) {
    Set<EventId> rejected = new HashSet<>();
    var events = new java.util.ArrayList<Event>();
    // Each as often as it is named, and in that order: one that is named twice is a duplicate.
    for (var id : event.authEvents()) {
      var stored = auth.get(id);
      if (stored == null || stored.event() == null) continue;
      events.add(stored.event());
      if (stored.is(Standing.REJECTED)) rejected.add(id);
    }
    var verdict = AuthEventsRules.check(event, events, each -> rejected.contains(each.eventId()));
    if (!verdict.isAllowed()) return verdict;
    var create = create(event, auth);
    var state = AuthState.of(events);
    return AuthRules.check(
        event, event.rules(), key -> key.equals(StateKey.CREATE) ? create : state.get(key));
  }

  private @Nullable Event create(Event event, Map<EventId, Stored> auth) {
    if (event.type().equals(EventType.CREATE)) return null;
    if (event.rules().roomIdIsCreateHash())
      return reading
          .named(new EventId("$" + event.roomId().value().substring(1)))
          .filter(stored -> !stored.is(Standing.REJECTED))
          .map(Stored::event)
          .orElse(null);
    for (var stored : auth.values())
      if (stored.event() != null && stored.event().type().equals(EventType.CREATE))
        return stored.event();
    return null;
  }

  private Verdict byState(Event event, long root) {
    var keys = new TreeSet<>(AuthEventSelection.select(event));
    keys.add(StateKey.CREATE);
    var state = reading.stateEvents(root, keys);
    return AuthRules.check(event, event.rules(), state::get);
  }
}
