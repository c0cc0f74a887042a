package org.hearth.engine.room;

import java.util.HashSet;
import java.util.List;
import org.hearth.ledger.Change;
import org.hearth.ledger.Lane;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;

/// Takes the content of events away for good. They stay in the graph as redaction would leave them,
/// without a redaction that anybody sent.
public final class ContentRemoval {
  /// What stands where the ordinal of a redaction would.
  static final int EXPIRED = -1;

  private final RoomWriters writers;

  ContentRemoval(RoomWriters writers) {
    this.writers = writers;
  }

  /// Returns when it is durable. State events among them are left as they are. False if the room is
  /// not known; then nothing is written.
  ///
  /// @param with further changes of the same entry
  public boolean remove(RoomId roomId, List<Integer> ordinals, List<Change> with) {
    return writers
        .with(
            roomId,
            writer -> {
              var events = writer.data().events(new HashSet<>(ordinals));
              return writer.write(
                  Lane.BULK,
                  entry -> {
                    for (int ordinal : ordinals) {
                      var event = events.get(ordinal);
                      if (event != null && !event.event().isState())
                        entry.add(new RoomChange.RemoveContent(writer.key(), ordinal));
                    }
                    with.forEach(entry::add);
                    return Outcome.nothing();
                  });
            })
        .map(
            outcome -> {
              if (!(outcome instanceof Outcome.Done<RoomWriter.Queued<Void>>(var queued)))
                return false;
              queued.await();
              return true;
            })
        .orElse(false);
  }
}
