package org.hearth.engine.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// [Auth events selection](https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection):
/// which places of the state decide about an event. Those of them that the state has are the
/// event's `auth_events`.
public final class AuthEventSelection {
  private AuthEventSelection() {}

  public static Set<StateKey> select(Event event) {
    return select(
        event.type(),
        event.stateKey().orElse(null),
        event.sender(),
        event.content(),
        event.rules());
  }

  /// For an event that is still to be built.
  ///
  /// @param stateKey null for an event that is no state
  public static Set<StateKey> select(
      String type, @Nullable String stateKey, UserId sender, ObjectNode content, RoomRules rules) {
    Set<StateKey> selected = new TreeSet<>();
    if (type.equals(EventType.CREATE)) return selected;
    if (rules.createInAuthEvents()) selected.add(StateKey.CREATE);
    selected.add(StateKey.POWER_LEVELS);
    selected.add(StateKey.member(sender));
    if (type.equals(EventType.MEMBER) && stateKey != null) {
      selectForMember(stateKey, content, rules, selected);
    }
    return selected;
  }

  private static void selectForMember(
      String target, ObjectNode content, RoomRules rules, Set<StateKey> selected) {
    String membership = content.path("membership").asText();
    selected.add(new StateKey(EventType.MEMBER, target));

    boolean joinRulesMatter =
        switch (membership) {
          case "join", "invite" -> true;
          case "knock" -> rules.knocking();
          default -> false;
        };
    if (joinRulesMatter) selected.add(StateKey.JOIN_RULES);

    String token = content.path("third_party_invite").path("signed").path("token").textValue();
    if (membership.equals("invite") && token != null) {
      selected.add(new StateKey(EventType.THIRD_PARTY_INVITE, token));
    }

    String authoriser = content.path("join_authorised_via_users_server").textValue();
    if (membership.equals("join") && authoriser != null && rules.restrictedJoins()) {
      selected.add(new StateKey(EventType.MEMBER, authoriser));
    }
  }
}
