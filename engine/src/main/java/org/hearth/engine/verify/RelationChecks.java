package org.hearth.engine.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.Reading.Stored;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;

/// The tables of relations and redactions against the events that made them.
final class RelationChecks {
  private static final int LONGEST_TYPE = 255;

  private final Reading reading;
  private final RoomRows rows;
  private final Findings findings;

  RelationChecks(Reading reading, RoomRows rows, Findings findings) {
    this.reading = reading;
    this.rows = rows;
    this.findings = findings;
  }

  /// A page of events.
  void check(List<Stored> page) {
    var relating = new TreeMap<Integer, RoomRows.Relation>();
    var redacting = new TreeMap<Integer, EventId>();
    for (var stored : page) {
      var event = stored.event();
      if (event == null) continue;
      var row = stored.row();
      var relation = relation(event);
      if (relation != null && row.redactedBy() == 0)
        relating.put(
            row.ordinal(),
            new RoomRows.Relation(relation.target(), row.ordinal(), relation.type()));
      if (stored.is(Standing.ACCEPTED))
        event.redacts().ifPresent(target -> redacting.put(row.ordinal(), target));
    }
    relations(relating);
    redactions(redacting);
  }

  private record Named(EventId target, String type) {}

  private static @org.jspecify.annotations.Nullable Named relation(Event event) {
    var relatesTo = event.content().path("m.relates_to");
    var type = relatesTo.path("rel_type").textValue();
    var target = relatesTo.path("event_id").textValue();
    if (type == null || target == null || event.isState() || type.length() > LONGEST_TYPE)
      return null;
    return EventId.tryParse(target).map(id -> new Named(id, type)).orElse(null);
  }

  private void relations(Map<Integer, RoomRows.Relation> relating) {
    if (relating.isEmpty()) return;
    var targets = relating.values().stream().map(RoomRows.Relation::target).distinct().toList();
    var stored = new ArrayList<>(rows.relations(reading.room(), targets));
    for (var relation : relating.values())
      if (!stored.contains(relation))
        findings.add(
            Kind.WRONG_RELATION,
            reading.at(relation.ordinal()).orElseThrow().row().id(),
            "Its relation to " + relation.target() + " is not in the table of relations.");
  }

  private void redactions(Map<Integer, EventId> redacting) {
    if (redacting.isEmpty()) return;
    var targets = redacting.values().stream().distinct().toList();
    var stored = rows.redactions(reading.room(), targets);
    redacting.forEach(
        (ordinal, target) -> {
          if (!stored.getOrDefault(target, List.of()).contains(ordinal))
            findings.add(
                Kind.WRONG_RELATION,
                reading.at(ordinal).orElseThrow().row().id(),
                "Its redaction of " + target + " is not in the table of redactions.");
        });
  }
}
