package org.hearth.engine.sync;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.UserId;

/// `RoomSummary` of /sync, from which clients that load members lazily name a room.
final class Summaries {
  private static final int HEROES = 5;

  private Summaries() {}

  static SyncAnswer.Summary of(RoomView view, UserId viewer) {
    boolean named =
        has(view, EventType.NAME, "name") || has(view, EventType.CANONICAL_ALIAS, "alias");
    return new SyncAnswer.Summary(
        named ? null : heroes(view, viewer), view.joinedCount(), view.invitedCount());
  }

  private static boolean has(RoomView view, String type, String key) {
    var event = view.state(type);
    return event != null && event.contentString(key).filter(value -> !value.isEmpty()).isPresent();
  }

  /// "Joined or invited members other than the user; if there are none, those who left or were
  /// banned."
  private static List<UserId> heroes(RoomView view, UserId viewer) {
    var members = view.stateOfType(EventType.MEMBER);
    var present = heroes(members, viewer, Set.of("join", "invite"));
    return present.isEmpty() ? heroes(members, viewer, Set.of("leave", "ban")) : present;
  }

  private static List<UserId> heroes(List<Event> members, UserId viewer, Set<String> memberships) {
    return members.stream()
        .filter(event -> memberships.contains(event.membership().orElse("")))
        .sorted(Comparator.comparingLong(Event::originServerTs).thenComparing(Event::eventId))
        .flatMap(event -> UserId.tryParse(event.stateKey().orElse("")).stream())
        .filter(user -> !user.equals(viewer))
        .limit(HEROES)
        .toList();
  }
}
