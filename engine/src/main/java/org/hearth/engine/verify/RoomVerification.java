package org.hearth.engine.verify;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hearth.engine.room.RoomStore;
import org.hearth.engine.room.ServerKeys;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.Reading.Stored;
import org.hearth.engine.verify.Reading.TreeDamaged;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Verifies one stored room: computes event ids, hashes, signatures, verdicts, states and derived
/// tables again, and says where the stored ones differ. [#step] works on one page of events, so
/// that whoever calls it sees progress and can stop.
///
/// The room may go on meanwhile: it is looked at up to where it was at the beginning.
public final class RoomVerification {
  private static final int PAGE = 200;

  private final Reading reading;
  private final Resolving resolving;
  private final RoomFacts facts;
  private final Findings findings = new Findings();
  private final EventChecks events;
  private final VerdictChecks verdicts;
  private final StateChecks states;
  private final CurrentChecks current;
  private final RelationChecks relations;
  private final Equivocations equivocations = new Equivocations();
  private final Map<Standing, Long> standings = new EnumMap<>(Standing.class);
  private int done;
  private boolean finished;

  private RoomVerification(
      RoomFacts facts, RoomRows rows, RoomStore store, ServerKeys keys, ServerName us) {
    this.facts = facts;
    reading = new Reading(facts.key(), rows, store);
    resolving = new Resolving(reading);
    events = new EventChecks(reading, us, keys, findings);
    verdicts = new VerdictChecks(reading, findings);
    states = new StateChecks(reading, resolving, facts, findings);
    current = new CurrentChecks(reading, resolving, states, facts, us, findings);
    relations = new RelationChecks(reading, rows, findings);
  }

  /// Empty if the room is not stored.
  public static Optional<RoomVerification> of(
      RoomId room, RoomRows rows, RoomStore store, ServerKeys keys, ServerName us) {
    return rows.facts(room).map(facts -> new RoomVerification(facts, rows, store, keys, us));
  }

  /// How far it is, of [#total].
  public int done() {
    return done;
  }

  public int total() {
    return facts.lastOrdinal();
  }

  /// Verifies the next events, or at last what follows from all of them. False once finished.
  public boolean step() {
    if (finished) return false;
    var page = reading.page(done, facts.lastOrdinal(), PAGE);
    for (var stored : page) check(stored);
    relations.check(page);
    if (page.size() < PAGE) finish();
    done = page.isEmpty() ? facts.lastOrdinal() : page.getLast().row().ordinal();
    return !finished;
  }

  private void check(Stored stored) {
    standings.merge(stored.row().standing(), 1L, Long::sum);
    events.check(stored);
    var event = stored.event();
    if (event == null) return;
    guarded(
        stored,
        () -> {
          var auth = events.authEdges(stored, event);
          verdicts.check(stored, event, auth);
        });
    if (stored.isOutlier()) return;
    equivocations.note(stored.row().ordinal(), event);
    var previous = states.placed(stored, event);
    current.note(stored, previous);
    guarded(stored, () -> states.check(stored, event, previous));
  }

  /// A damaged tree is a finding of the event that refers to it.
  private void guarded(Stored stored, Runnable check) {
    try {
      check.run();
    } catch (TreeDamaged | StackOverflowError e) {
      findings.add(
          Kind.STATE_NODE_MISSING,
          stored.row().id(),
          "A state that it refers to cannot be read: " + e.getMessage() + ".");
    } catch (IllegalStateException | IllegalArgumentException e) {
      findings.add(
          Kind.WRONG_STATE_ENTRY,
          stored.row().id(),
          "A state that it refers to names what is not there: " + e.getMessage() + ".");
    }
  }

  private void finish() {
    states.gapsThatAreNone();
    try {
      current.check();
    } catch (TreeDamaged | StackOverflowError e) {
      findings.add(
          Kind.STATE_NODE_MISSING, "The current state cannot be read: " + e.getMessage() + ".");
    } catch (IllegalStateException | IllegalArgumentException e) {
      findings.add(
          Kind.WRONG_STATE_ENTRY,
          "The current state names what is not there: " + e.getMessage() + ".");
    }
    for (var row : facts.dangling()) findings.add(Kind.DANGLING_ROW, row);
    equivocations.report(reading, findings);
    findings
        .unchecked()
        .forEach(
            (server, count) ->
                findings.add(
                    Kind.SIGNATURE_UNCHECKED,
                    count + " signatures of " + server + " could not be checked: no key."));
    finished = true;
  }

  /// What was found so far; everything once [#step] answered false.
  public VerificationReport report() {
    var byStanding = new TreeMap<String, Long>();
    standings.forEach(
        (standing, count) -> byStanding.put(standing.name().toLowerCase(Locale.ROOT), count));
    var counts = new TreeMap<String, Long>();
    findings.counts().forEach((kind, count) -> counts.put(kind.name(), count));
    return new VerificationReport(
        facts.key().id().value(),
        facts.key().rules().version().id(),
        byStanding,
        current.entries(),
        events.signatures(),
        Map.copyOf(findings.unchecked()),
        resolving.resolutions(),
        counts,
        List.copyOf(findings.listed()));
  }
}
