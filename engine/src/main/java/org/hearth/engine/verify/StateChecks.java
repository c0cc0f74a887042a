package org.hearth.engine.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.state.StateTree;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.Reading.Stored;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;

/// The state before each event, resolved again from what its previous events left behind, and the
/// state after it.
final class StateChecks {
  private static final int NAMED = 5;

  private final Reading reading;
  private final Resolving resolving;
  private final Findings findings;
  private final Set<RoomFacts.Gap> gapsLeft;

  StateChecks(Reading reading, Resolving resolving, RoomFacts facts, Findings findings) {
    this.reading = reading;
    this.resolving = resolving;
    this.findings = findings;
    this.gapsLeft = new HashSet<>(facts.gaps());
  }

  /// The previous events that are stored with their place; the others are gaps.
  List<Stored> placed(Stored stored, Event event) {
    var known = reading.named(event.prevEvents());
    var placed = new ArrayList<Stored>();
    for (var id : new TreeSet<>(event.prevEvents())) {
      var prev = known.get(id);
      if (prev != null && !prev.isOutlier()) placed.add(prev);
      else missing(stored.row(), id);
    }
    return placed;
  }

  /// Where a previous event is missing, the state before was given by another server, and nobody
  /// can compute it.
  void check(Stored stored, Event event, List<Stored> placed) {
    if (placed.size() == new TreeSet<>(event.prevEvents()).size()) before(stored.row(), placed);
    after(stored.row(), event);
  }

  private void missing(EventRow row, EventId id) {
    var recorded = new RoomFacts.Gap(id.value(), row.ordinal(), false);
    var purged = new RoomFacts.Gap(id.value(), row.ordinal(), true);
    if (gapsLeft.remove(recorded))
      findings.add(Kind.GAP, row.id(), "Its previous event " + id + " is not known here.");
    else if (gapsLeft.remove(purged))
      findings.add(Kind.PURGED_HISTORY, row.id(), "Its previous event " + id + " was purged.");
    else
      findings.add(
          Kind.PREVIOUS_EVENT_MISSING,
          row.id(),
          "Its previous event " + id + " is not stored, and no gap is noted.");
  }

  /// Gaps that are noted where nothing is missing.
  void gapsThatAreNone() {
    for (var gap : gapsLeft)
      findings.add(
          Kind.WRONG_GAP,
          "A gap is noted at "
              + gap.eventId()
              + " before "
              + reading.idOf(gap.ordinal())
              + ", where there is none.");
  }

  private void before(EventRow row, List<Stored> placed) {
    var roots = new TreeSet<Long>();
    for (var prev : placed) roots.add(prev.row().stateAfter());
    if (roots.isEmpty()) {
      if (row.stateBefore() != StateTree.EMPTY)
        findings.add(
            Kind.WRONG_STATE_BEFORE, row.id(), "It has no previous events, but a state before it.");
      return;
    }
    compare(
        Kind.WRONG_STATE_BEFORE,
        row.id().value(),
        "the state before it",
        row.stateBefore(),
        resolving.resolve(roots));
  }

  /// Compares a stored state with a resolved one, entry by entry where they can differ.
  void compare(Kind kind, String event, String what, long root, Resolving.Resolved expected) {
    if (root == expected.base() && expected.changes().isEmpty()) return;
    var stored = new TreeMap<Integer, Integer>();
    StateTree.compare(reading, expected.base(), root, (key, _, now) -> stored.put(key, now));
    var keys = new TreeSet<>(stored.keySet());
    keys.addAll(expected.changes().keySet());
    var differing = new ArrayList<String>();
    for (int key : keys) {
      int should = expected.get(reading, key);
      int is =
          stored.containsKey(key)
              ? stored.getOrDefault(key, 0)
              : StateTree.get(reading, expected.base(), key);
      if (should != is)
        differing.add(
            reading.nameOf(key)
                + " is "
                + reading.idOf(is)
                + " and should be "
                + reading.idOf(should));
    }
    if (differing.isEmpty()) return;
    var more = differing.size() > NAMED ? "; and " + (differing.size() - NAMED) + " more" : "";
    var text =
        "In "
            + what
            + " "
            + String.join("; ", differing.subList(0, Math.min(NAMED, differing.size())))
            + more
            + ".";
    if (event.isEmpty()) findings.add(kind, text);
    else findings.add(kind, new EventId(event), text);
  }

  private void after(EventRow row, Event event) {
    var changed = new HashMap<Integer, Integer>();
    StateTree.compare(
        reading, row.stateBefore(), row.stateAfter(), (key, _, now) -> changed.put(key, now));
    boolean changes =
        event.isState()
            && (row.standing() == Standing.ACCEPTED || row.standing() == Standing.SOFT_FAILED);
    Map<Integer, Integer> expected = new HashMap<>();
    if (changes) {
      var key = reading.store().keys(reading.room(), List.of(event.stateKeyPair()));
      Integer ordinal = key.get(event.stateKeyPair());
      if (ordinal == null) {
        findings.add(
            Kind.WRONG_STATE_AFTER,
            row.id(),
            Reading.words(event.stateKeyPair()) + " has no number in the room.");
        return;
      }
      if (StateTree.get(reading, row.stateBefore(), ordinal) != row.ordinal())
        expected.put(ordinal, row.ordinal());
    }
    if (changed.equals(expected)) return;
    var names = changed.keySet().stream().sorted().limit(NAMED).map(reading::nameOf).toList();
    findings.add(
        Kind.WRONG_STATE_AFTER,
        row.id(),
        changes
            ? "The state after it is not the state before it with this event."
            : "It changes no state, but after it differ: " + String.join(", ", names) + ".");
  }
}
