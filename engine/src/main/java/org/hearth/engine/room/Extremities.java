package org.hearth.engine.room;

import java.util.List;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the forward extremities of rooms few: the state of a room is resolved from those after all
/// of them, whenever something arrives. Where other servers made many and nobody here speaks, an
/// event that says nothing ties them together.
final class Extremities {
  /// Of this type with other servers too, which do not show it to anybody either.
  static final String DUMMY = "org.matrix.dummy_event";

  /// More than these are tied together.
  static final int MANY = 10;

  private static final Logger log = LoggerFactory.getLogger(Extremities.class);

  /// Members in whose name it is tried; a room may let only some of them speak.
  private static final int MEMBERS = 5;

  /// Events in one go, each of which takes as many heads as an event may have before it.
  private static final int EVENTS = 5;

  private final LocalAppends appends;
  private final MembershipStore memberships;

  Extremities(LocalAppends appends, MembershipStore memberships) {
    this.appends = appends;
    this.memberships = memberships;
  }

  void tie(RoomWriter writer) {
    for (int i = 0; i < EVENTS && isMany(writer.committed()); i++) if (!tieOnce(writer)) return;
  }

  static boolean isMany(Snapshot snapshot) {
    return snapshot.heads().size() > MANY;
  }

  private boolean tieOnce(RoomWriter writer) {
    List<UserId> members =
        memberships.joined(writer.key().id(), writer.us()).stream()
            .sorted()
            .limit(MEMBERS)
            .toList();
    for (var member : members) {
      var draft = Draft.message(member, DUMMY, Json.object(), null);
      try {
        if (appends.tie(writer, draft) instanceof Outcome.Done<EventId>) return true;
      } catch (LedgerException | RoomWriter.Retired e) {
        log.debug("The heads of {} stay as they are for now.", writer.key().id(), e);
        return false;
      }
    }
    return false;
  }
}
