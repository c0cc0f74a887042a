package org.hearth.engine.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.engine.auth.Verdict;
import org.hearth.engine.resolution.ResolutionTrace;
import org.hearth.engine.room.RoomStore;
import org.hearth.engine.room.state.StateTree;
import org.hearth.engine.verify.Explanation.Candidate;
import org.hearth.engine.verify.Explanation.Merge;
import org.hearth.engine.verify.Explanation.Offer;
import org.hearth.engine.verify.Reading.Stored;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// Explains an entry of a room's state: follows it back through the room's history, and where
/// branches with different entries came together, resolves them again and tells what each step of
/// state resolution did to it.
public final class StateExplanation {
  /// Events looked at on the way back.
  private static final int MAX_STEPS = 200_000;

  private static final int MAX_MERGES = 50;
  private static final int WINDOW = 200;

  private final RoomFacts facts;
  private final Reading reading;
  private final Resolving resolving;
  private final StateKey key;
  private final int keyOrdinal;
  private final List<Merge> merges = new ArrayList<>();
  private int warmFrom = Integer.MAX_VALUE - WINDOW;

  private StateExplanation(
      RoomFacts facts, Reading reading, Resolving resolving, StateKey key, int keyOrdinal) {
    this.facts = facts;
    this.reading = reading;
    this.resolving = resolving;
    this.key = key;
    this.keyOrdinal = keyOrdinal;
  }

  /// @param at explains the state before this event instead of the current one; null for current.
  ///   An event that is not stored explains nothing
  /// @return empty if the room is not stored
  public static Optional<Explanation> of(
      RoomId room, StateKey key, @Nullable EventId at, RoomRows rows, RoomStore store) {
    return rows.facts(room).map(facts -> explain(facts, key, at, rows, store));
  }

  private static Explanation explain(
      RoomFacts facts, StateKey key, @Nullable EventId at, RoomRows rows, RoomStore store) {
    var reading = new Reading(facts.key(), rows, store);
    var ordinal = store.keys(facts.key(), List.of(key)).get(key);
    if (ordinal == null)
      return new Explanation(
          facts.key().id().value(),
          key.type(),
          key.key(),
          "",
          List.of(),
          "The room never had such an entry.");
    var explanation = new StateExplanation(facts, reading, new Resolving(reading), key, ordinal);
    return at == null ? explanation.current() : explanation.before(at);
  }

  private Explanation current() {
    return follow("", List.copyOf(reading.at(facts.heads()).values()));
  }

  private Explanation before(EventId at) {
    var event = reading.named(at).map(Stored::event).orElse(null);
    if (event == null) return explained(0, "The event " + at + " is not stored.");
    var previous = placed(event);
    return previous.isEmpty()
        ? explained(0, "Nothing comes before " + at + " here.")
        : follow(at.value(), previous);
  }

  private Explanation explained(int winner, String origin) {
    return new Explanation(
        facts.key().id().value(),
        key.type(),
        key.key(),
        winner == 0 ? "" : reading.idOf(winner),
        merges,
        origin);
  }

  private List<Stored> placed(Event event) {
    return reading.named(new TreeSet<>(event.prevEvents())).values().stream()
        .filter(stored -> !stored.isOutlier())
        .toList();
  }

  /// @param at whose previous events the branches are; empty for the heads
  private Explanation follow(String at, List<Stored> start) {
    var branches = start;
    var where = at;
    Integer winner = null;
    for (int steps = 0; steps < MAX_STEPS && merges.size() < MAX_MERGES; steps++) {
      int here = entry(where, branches);
      if (winner == null) winner = here;
      int wanted = winner;
      if (wanted == 0 && merges.isEmpty()) return explained(0, "No branch has such an entry.");
      var from = branches.stream().filter(branch -> after(branch) == wanted).findFirst();
      if (from.isEmpty())
        return explained(
            winner,
            wanted == 0
                ? "Resolution left the entry out, though branches had one."
                : "No branch had this event in its state: it came in by the auth difference.");
      var stored = from.get();
      if (stored.row().ordinal() == wanted)
        return explained(winner, "The event itself set the entry: " + words(stored) + ".");
      var event = stored.event();
      if (event == null) return explained(winner, stored.row().id() + " cannot be read.");
      if (event.prevEvents().isEmpty())
        return explained(winner, "It has been absent from the beginning of the room.");
      warm(stored);
      var previous = placed(event);
      if (previous.size() < new TreeSet<>(event.prevEvents()).size())
        return explained(
            winner,
            "The state before "
                + event.eventId()
                + " was given by another server, or what came before is purged: not all of its"
                + " previous events are here.");
      branches = previous;
      where = event.eventId().value();
    }
    return explained(
        winner == null ? 0 : winner, "The way back is longer than what is looked through.");
  }

  /// Reads a window of what is likely needed next, instead of one event after the other.
  private void warm(Stored stored) {
    int ordinal = stored.row().ordinal();
    if (ordinal >= warmFrom && ordinal < warmFrom + WINDOW) return;
    warmFrom = Math.max(1, ordinal - WINDOW);
    reading.page(warmFrom - 1, ordinal, WINDOW);
  }

  private int after(Stored branch) {
    return StateTree.get(reading, branch.row().stateAfter(), keyOrdinal);
  }

  /// The entry of the state that the branches make together; a merge is noted if they differ in it.
  private int entry(String at, List<Stored> branches) {
    var values = new TreeMap<Integer, List<String>>();
    for (var branch : branches)
      values.computeIfAbsent(after(branch), _ -> new ArrayList<>()).add(branch.row().id().value());
    if (values.size() == 1) return values.firstKey();
    var states =
        List.copyOf(
            new TreeSet<>(branches.stream().map(branch -> branch.row().stateAfter()).toList()));
    var trace = new Trace(values);
    int resolved = resolving.resolve(states, trace).get(reading, keyOrdinal);
    merges.add(
        new Merge(
            at,
            candidates(values),
            trace.offers,
            resolved == 0 ? "" : reading.idOf(resolved),
            because(resolved, trace.offers)));
    return resolved;
  }

  private List<Candidate> candidates(Map<Integer, List<String>> values) {
    var candidates = new ArrayList<Candidate>();
    values.forEach(
        (ordinal, branches) -> {
          var event = ordinal == 0 ? null : reading.at(ordinal).map(Stored::event).orElse(null);
          candidates.add(
              event == null
                  ? new Candidate("", "", 0, 0, "", branches)
                  : new Candidate(
                      event.eventId().value(),
                      event.sender().value(),
                      event.originServerTs(),
                      event.depth(),
                      event.membership().orElse(""),
                      branches));
        });
    return candidates;
  }

  private String because(int resolved, List<Offer> offers) {
    var winner = resolved == 0 ? "" : reading.idOf(resolved);
    var allowed = offers.stream().filter(Offer::allowed).toList();
    if (resolved == 0)
      return offers.isEmpty()
          ? "No event of this key was looked at."
          : "The authorisation rules allowed none of them.";
    if (allowed.isEmpty())
      return "It is in the auth chain of all branches and was not looked at again.";
    var last = allowed.getLast();
    if (!last.event().equals(winner))
      return "All branches agree on it, which goes before what resolution found (step 5).";
    var others =
        allowed.size() == 1 ? "it was the only one allowed" : "it was the last one allowed";
    return others + ", at " + last.step() + ".";
  }

  private static String words(Stored stored) {
    var event = stored.event();
    return stored.row().id()
        + (event == null
            ? ""
            : " by "
                + event.sender()
                + " at "
                + java.time.Instant.ofEpochMilli(event.originServerTs()));
  }

  /// Listens to what happens to one key.
  private final class Trace implements ResolutionTrace {
    private final Map<Integer, List<String>> candidates;
    private final List<Offer> offers = new ArrayList<>();
    private int place;

    Trace(Map<Integer, List<String>> candidates) {
      this.candidates = candidates;
    }

    @Override
    public void offered(Step step, Event event, Verdict verdict) {
      place++;
      if (!event.isState(key)) return;
      int ordinal = reading.named(event.eventId()).map(each -> each.row().ordinal()).orElse(0);
      offers.add(
          new Offer(
              step.sentence(),
              place,
              event.eventId().value(),
              verdict.isAllowed(),
              VerdictChecks.words(verdict, facts.key().rules()),
              candidates.containsKey(ordinal)));
    }
  }
}
