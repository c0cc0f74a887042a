package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.engine.Requester;
import org.hearth.schemas.event.Event;

/// Events as [clients see
/// them](https://spec.matrix.org/v1.19/client-server-api/#room-event-format): `event_id`,
/// `room_id`, `redacts` in both places, and `unsigned` with `age`, `transaction_id` (for the
/// sending device), `redacted_because`, `prev_content`, `replaces_state`, `membership` and bundled
/// `m.relations`.
public interface ClientEvents {

  /// In the given order.
  List<ObjectNode> render(List<StoredEvent> events, Requester viewer);

  default ObjectNode render(StoredEvent event, Requester viewer) {
    return render(List.of(event), viewer).getFirst();
  }

  /// A state event, as part of a state rather than of a timeline.
  ObjectNode renderState(Event event, Requester viewer);

  /// `type`, `state_key`, `sender`, `content` only.
  ObjectNode renderStripped(Event event);
}
