package org.hearth.engine.room;

import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;

/// Notes what local users are in rooms that this server is not in.
final class OutsideMemberships {
  private final RoomWriters writers;
  private final Ledger ledger;

  OutsideMemberships(RoomWriters writers, Ledger ledger) {
    this.writers = writers;
    this.ledger = ledger;
  }

  /// Waits until it is durable. Notes nothing if this server is in the room by now, also if nobody
  /// knows of that yet but the room's writer: an invite that arrives while its user joins would
  /// take the join back. The room itself tells then what the user is.
  void note(RoomChange.SetRemoteMembership change) {
    var written = writers.with(change.room(), writer -> write(writer, change));
    if (written.isEmpty()) ledger.write(Entry.interactive(change));
    else if (written.get() instanceof Outcome.Done<RoomWriter.Queued<Boolean>>(var queued))
      queued.await();
  }

  private static Outcome<RoomWriter.Queued<Boolean>> write(
      RoomWriter writer, RoomChange.SetRemoteMembership change) {
    return writer.write(
        Lane.INTERACTIVE,
        entry -> {
          if (entry.now().occupants().includes(writer.us()))
            return Outcome.refused(ErrorCode.M_BAD_STATE, "This server is in the room.");
          entry.add(change);
          return Outcome.done(true);
        });
  }
}
