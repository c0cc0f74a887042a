package org.hearth.engine.auth;

import static org.hearth.engine.auth.Verdict.allow;
import static org.hearth.engine.auth.Verdict.reject;

import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventFormat;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.room.RoomRules;

/// The [authorisation rules](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules), in the
/// order of the text. One algorithm serves all room versions; what differs is asked of `RoomRules`.
/// The checks of `auth_events` themselves (rule 2, in version 12 rule 3) need other input and are
/// in `AuthEventsRules`.
public final class AuthRules {
  private final RoomRules rules;
  private final AuthState state;
  private final Event create;

  private AuthRules(RoomRules rules, AuthState state, Event create) {
    this.rules = rules;
    this.state = state;
    this.create = create;
  }

  /// Judges an event whose format and signatures are good already.
  public static Verdict check(Event event, RoomRules rules, AuthState state) {
    if (!EventFormat.fieldsFit(event)) return reject(Rule.FIELDS_ARE_SHORT);

    // "If type is m.room.create".
    if (event.type().equals(EventType.CREATE)) return new CreateRules(rules).check(event);

    Event create = state.create();
    if (create == null) {
      return reject(
          rules.createInAuthEvents()
              ? Rule.AUTH_EVENTS_NAME_THE_CREATE_EVENT
              : Rule.ROOM_HAS_A_CREATE_EVENT);
    }
    return new AuthRules(rules, state, create).check(event);
  }

  private Verdict check(Event event) {
    // "If the event's room_id is not an event ID for an accepted (not rejected) m.room.create
    // event, with the sigil ! instead of $, reject." Rejected events are never in a state.
    if (rules.roomIdIsCreateHash()
        && !RoomId.ofCreateEvent(create.eventId()).equals(event.roomId())) {
      return reject(Rule.ROOM_HAS_A_CREATE_EVENT);
    }

    // "If the content of the m.room.create event in the room state has the property m.federate set
    // to false, and the sender domain of the event does not match the sender domain of the create
    // event, reject."
    if (isFederationOff() && !event.sender().serverName().equals(create.sender().serverName())) {
      return reject(Rule.ROOM_IS_NOT_FEDERATED);
    }

    // "If type is m.room.aliases".
    if (rules.aliasesOwnedByServers() && event.type().equals(EventType.ALIASES)) {
      return aliases(event);
    }

    // "If type is m.room.member".
    PowerLevels levels = PowerLevels.of(create, state.get(StateKey.POWER_LEVELS));
    if (event.type().equals(EventType.MEMBER)) {
      return new MemberRules(rules, state, create, levels).check(event);
    }

    // "If the sender's current membership state is not join, reject."
    if (!state.isJoined(event.sender())) return reject(Rule.SENDER_IS_JOINED);

    // "If type is m.room.third_party_invite: Allow if and only if sender's current power level is
    // greater than or equal to the invite level."
    long power = levels.user(event.sender());
    if (event.type().equals(EventType.THIRD_PARTY_INVITE)) {
      return power >= levels.invite() ? allow() : reject(Rule.THIRD_PARTY_INVITE_NEEDS_POWER);
    }

    // "If the event type's required power level is greater than the sender's power level, reject."
    if (levels.required(event.type(), event.isState()) > power) {
      return reject(Rule.EVENT_TYPE_NEEDS_POWER);
    }

    // "If the event has a state_key that starts with an @ and does not match the sender, reject."
    String stateKey = event.stateKey().orElse("");
    if (stateKey.startsWith("@") && !stateKey.equals(event.sender().value())) {
      return reject(Rule.USER_STATE_BELONGS_TO_THE_USER);
    }

    // "If type is m.room.power_levels".
    if (event.type().equals(EventType.POWER_LEVELS)) {
      return new PowerLevelRules(rules, new Creators(create), power)
          .check(event, state.get(StateKey.POWER_LEVELS));
    }

    // "If type is m.room.redaction".
    if (rules.redactionsAuthorised() && event.type().equals(EventType.REDACTION)) {
      return redaction(event, power, levels);
    }

    // "Otherwise, allow."
    return allow();
  }

  private boolean isFederationOff() {
    return create.content().path("m.federate").isBoolean()
        && !create.content().path("m.federate").booleanValue();
  }

  private static Verdict aliases(Event event) {
    // "If event has no state_key, reject."
    if (!event.isState()) return reject(Rule.ALIASES_ARE_STATE);

    // "If sender's domain doesn't match state_key, reject."
    String server = event.sender().serverName().value();
    if (event.stateKey().filter(server::equals).isEmpty()) {
      return reject(Rule.ALIASES_ARE_OF_THE_SENDERS_SERVER);
    }

    // "Otherwise, allow."
    return allow();
  }

  private static Verdict redaction(Event event, long power, PowerLevels levels) {
    // "If the sender's power level is greater than or equal to the redact level, allow."
    if (power >= levels.redact()) return allow();

    // "If the domain of the event_id of the event being redacted is the same as the domain of the
    // event_id of the m.room.redaction, allow."
    boolean sameServer =
        event.redacts().flatMap(EventId::serverName).equals(event.eventId().serverName());
    if (sameServer && event.eventId().serverName().isPresent()) return allow();

    // "Otherwise, reject."
    return reject(Rule.REDACTION_NEEDS_POWER);
  }
}
