package org.hearth.engine.auth;

import static org.hearth.engine.auth.Verdict.allow;
import static org.hearth.engine.auth.Verdict.reject;

import java.util.List;
import java.util.Optional;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomRules;

/// `m.room.member`: [rule 5 of room version
/// 12](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules), 4 in versions 6 to 11.
record MemberRules(RoomRules rules, AuthState state, Event create, PowerLevels levels) {

  Verdict check(Event event) {
    // "If there is no state_key property, or no membership property in content, reject." A state
    // key that is no user ID names nobody, so it can have no membership either.
    Optional<UserId> target = event.stateKey().flatMap(UserId::tryParse);
    Optional<String> membership = event.membership();
    if (target.isEmpty() || membership.isEmpty()) return reject(Rule.MEMBERSHIP_IS_COMPLETE);

    // "If content has a join_authorised_via_users_server key: If the event is not validly signed by
    // the homeserver of the user ID denoted by the key, reject." That the signature is good is
    // checked on receipt (EventSigning.requiredSigners).
    if (rules.restrictedJoins()
        && event.content().has("join_authorised_via_users_server")
        && authoriser(event).filter(user -> event.isSignedBy(user.serverName())).isEmpty()) {
      return reject(Rule.AUTHORISING_SERVER_SIGNED);
    }

    return switch (membership.get()) {
      case "join" -> join(event, target.get());
      case "invite" ->
          event.content().has("third_party_invite")
              ? new ThirdPartyInviteRules(state).check(event, target.get())
              : invite(event, target.get());
      case "leave" -> leave(event, target.get());
      case "ban" -> ban(event, target.get());
      case "knock" -> rules.knocking() ? knock(event, target.get()) : unknown();
      default -> unknown();
    };
  }

  /// "If `membership` is `join`".
  private Verdict join(Event event, UserId target) {
    // "If the only previous event is an m.room.create and the state_key is the creator, allow."
    if (event.prevEvents().equals(List.of(create.eventId()))
        && new Creators(create).isFirst(target.value())) {
      return allow();
    }

    // "If the sender does not match state_key, reject."
    if (!event.sender().equals(target)) return reject(Rule.JOIN_IS_FOR_ONESELF);

    // "If the sender is banned, reject."
    String current = state.membership(target);
    if (current.equals("ban")) return reject(Rule.BANNED_CANNOT_JOIN);

    boolean joinedOrInvited = current.equals("join") || current.equals("invite");
    String joinRule = state.joinRule();

    // "If the join_rule is invite or knock then allow if membership state is invite or join."
    if (joinRule.equals("invite") || isKnock(joinRule)) {
      return joinedOrInvited ? allow() : reject(Rule.JOIN_RULE_ADMITS);
    }

    // "If the join_rule is restricted or knock_restricted".
    if (isRestricted(joinRule)) {
      // "If membership state is join or invite, allow."
      if (joinedOrInvited) return allow();

      // "If the join_authorised_via_users_server key in content is not a user with sufficient
      // permission to invite other users or is not a joined member of the room, reject."
      boolean authorised = authoriser(event).filter(this::mayInvite).isPresent();
      return authorised ? allow() : reject(Rule.RESTRICTED_JOIN_IS_AUTHORISED);
    }

    // "If the join_rule is public, allow." "Otherwise, reject."
    return joinRule.equals("public") ? allow() : reject(Rule.JOIN_RULE_ADMITS);
  }

  /// "If `membership` is `invite`", without a third party.
  private Verdict invite(Event event, UserId target) {
    // "If the sender's current membership state is not join, reject."
    if (!state.isJoined(event.sender())) return reject(Rule.INVITER_IS_JOINED);

    // "If target user's current membership state is join or ban, reject."
    String current = state.membership(target);
    if (current.equals("join") || current.equals("ban")) {
      return reject(Rule.INVITED_IS_NEITHER_JOINED_NOR_BANNED);
    }

    // "If the sender's power level is greater than or equal to the invite level, allow."
    // "Otherwise, reject."
    return levels.user(event.sender()) >= levels.invite()
        ? allow()
        : reject(Rule.INVITE_NEEDS_POWER);
  }

  /// "If `membership` is `leave`".
  private Verdict leave(Event event, UserId target) {
    String current = state.membership(target);

    // "If the sender matches state_key, allow if and only if that user's current membership state
    // is invite, join, or knock."
    if (event.sender().equals(target)) {
      boolean mayLeave =
          switch (current) {
            case "invite", "join" -> true;
            case "knock" -> rules.knocking();
            default -> false;
          };
      return mayLeave ? allow() : reject(Rule.LEAVING_NEEDS_MEMBERSHIP);
    }

    // "If the sender's current membership state is not join, reject."
    if (!state.isJoined(event.sender())) return reject(Rule.KICKER_IS_JOINED);

    // "If the target user's current membership state is ban, and the sender's power level is less
    // than the ban level, reject."
    long power = levels.user(event.sender());
    if (current.equals("ban") && power < levels.ban()) return reject(Rule.UNBAN_NEEDS_POWER);

    // "If the sender's power level is greater than or equal to the kick level, and the target
    // user's power level is less than the sender's power level, allow." "Otherwise, reject."
    return power >= levels.kick() && levels.user(target) < power
        ? allow()
        : reject(Rule.KICK_NEEDS_POWER);
  }

  /// "If `membership` is `ban`".
  private Verdict ban(Event event, UserId target) {
    // "If the sender's current membership state is not join, reject."
    if (!state.isJoined(event.sender())) return reject(Rule.BANNER_IS_JOINED);

    // "If the sender's power level is greater than or equal to the ban level, and the target user's
    // power level is less than the sender's power level, allow." "Otherwise, reject."
    long power = levels.user(event.sender());
    return power >= levels.ban() && levels.user(target) < power
        ? allow()
        : reject(Rule.BAN_NEEDS_POWER);
  }

  /// "If `membership` is `knock`".
  private Verdict knock(Event event, UserId target) {
    // "If the join_rule is anything other than knock or knock_restricted, reject."
    String joinRule = state.joinRule();
    boolean knockRestricted = rules.knockRestrictedJoins() && joinRule.equals("knock_restricted");
    if (!isKnock(joinRule) && !knockRestricted) return reject(Rule.JOIN_RULE_ADMITS_KNOCKING);

    // "If sender does not match state_key, reject."
    if (!event.sender().equals(target)) return reject(Rule.KNOCK_IS_FOR_ONESELF);

    // "If the sender's current membership is not ban, invite, or join, allow." "Otherwise, reject."
    return switch (state.membership(target)) {
      case "ban", "invite", "join" -> reject(Rule.KNOCKER_IS_OUTSIDE);
      default -> allow();
    };
  }

  /// "Otherwise, the membership is unknown. Reject."
  private static Verdict unknown() {
    return reject(Rule.MEMBERSHIP_IS_KNOWN);
  }

  private boolean isKnock(String joinRule) {
    return rules.knocking() && joinRule.equals("knock");
  }

  private boolean isRestricted(String joinRule) {
    return switch (joinRule) {
      case "restricted" -> rules.restrictedJoins();
      case "knock_restricted" -> rules.knockRestrictedJoins();
      default -> false;
    };
  }

  private boolean mayInvite(UserId user) {
    return state.isJoined(user) && levels.user(user) >= levels.invite();
  }

  private static Optional<UserId> authoriser(Event event) {
    return event.contentString("join_authorised_via_users_server").flatMap(UserId::tryParse);
  }
}
