package org.hearth.engine.auth;

import static org.hearth.engine.auth.AllowCase.allows;
import static org.hearth.engine.auth.RoomFixture.ALICE;
import static org.hearth.engine.auth.RoomFixture.BOB;
import static org.hearth.engine.auth.RoomFixture.CAROL;
import static org.hearth.engine.auth.RoomFixture.DAVE;
import static org.hearth.engine.auth.RoomFixture.ONE;
import static org.hearth.engine.auth.RoomFixture.TWO;

import java.util.List;
import java.util.function.Function;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// What the allowing rules allow, and what they leave to the rules behind them.
final class AllowCases {
  private static final String VIA_ALICE =
      "{'membership':'join','join_authorised_via_users_server':'@alice:one.example'}";

  private AllowCases() {}

  static List<AllowCase> joins() {
    Function<RoomFixture, Event> bobJoins = room -> room.member(BOB, BOB, "join");
    return List.of(
        // The previous event of a fresh room's first event is its create event.
        new AllowCase(
            Allowance.FIRST_JOIN,
            room -> firstEvent(room, fresh -> fresh.member(ALICE, ALICE, "join")),
            room -> firstEvent(room, fresh -> fresh.member(BOB, BOB, "join")),
            Rule.JOIN_RULE_ADMITS),
        // Nothing but the previous event and the state key counts, not even the sender.
        new AllowCase(
            Allowance.FIRST_JOIN,
            room -> firstEvent(room, fresh -> fresh.member(BOB, ALICE, "join")),
            room -> room.judge(room.member(BOB, ALICE, "join")),
            Rule.JOIN_IS_FOR_ONESELF),
        allows(
            Allowance.INVITED_JOIN,
            room -> bobJoins.apply(room.joinRule("invite").members("invite", BOB)),
            room -> bobJoins.apply(room.joinRule("invite").members("leave", BOB)),
            Rule.JOIN_RULE_ADMITS),
        allows(
            Allowance.INVITED_JOIN,
            room -> bobJoins.apply(room.joinRule("invite").members("join", BOB)),
            room -> bobJoins.apply(room.joinRule("invite").members("knock", BOB)),
            Rule.JOIN_RULE_ADMITS),
        allows(
            Allowance.INVITED_JOIN_OF_RESTRICTED_ROOM,
            room -> bobJoins.apply(room.joinRule("restricted").members("invite", BOB)),
            room -> bobJoins.apply(room.joinRule("restricted")),
            Rule.RESTRICTED_JOIN_IS_AUTHORISED),
        allows(
            Allowance.INVITED_JOIN_OF_RESTRICTED_ROOM,
            room -> bobJoins.apply(room.joinRule("restricted").members("join", BOB)),
            room -> bobJoins.apply(room.joinRule("restricted").members("leave", BOB)),
            Rule.RESTRICTED_JOIN_IS_AUTHORISED),
        allows(
            Allowance.AUTHORISED_JOIN,
            room -> viaAlice(room.joinRule("restricted")),
            room ->
                viaAlice(room.members("join", CAROL).joinRule("restricted").members("ban", BOB)),
            Rule.BANNED_CANNOT_JOIN),
        allows(
            Allowance.AUTHORISED_JOIN,
            room -> viaAlice(room.powerLevels("{'invite':100}").joinRule("restricted")),
            room -> viaAlice(room.joinRule("restricted").members("leave", ALICE)),
            Rule.RESTRICTED_JOIN_IS_AUTHORISED),
        allows(
            Allowance.PUBLIC_JOIN,
            bobJoins,
            room -> bobJoins.apply(room.joinRule("private")),
            Rule.JOIN_RULE_ADMITS),
        allows(
            Allowance.KNOCK,
            room -> room.joinRule("knock").member(BOB, BOB, "knock"),
            room -> room.joinRule("knock").members("ban", BOB).member(BOB, BOB, "knock"),
            Rule.KNOCKER_IS_OUTSIDE),
        allows(
            Allowance.KNOCK,
            room -> room.joinRule("knock").members("leave", BOB).member(BOB, BOB, "knock"),
            room -> room.joinRule("knock").members("join", BOB).member(BOB, BOB, "knock"),
            Rule.KNOCKER_IS_OUTSIDE));
  }

  static List<AllowCase> otherMemberships() {
    return List.of(
        allows(
            Allowance.THIRD_PARTY_BY_PUBLIC_KEY,
            room -> MemberCases.thirdPartyInvite(room, true, false),
            room -> MemberCases.thirdPartyInvite(room, false, false),
            Rule.THIRD_PARTY_INVITE_IS_VERIFIED),
        allows(
            Allowance.THIRD_PARTY_BY_LISTED_KEY,
            room -> MemberCases.thirdPartyInvite(room, true, true),
            room -> MemberCases.thirdPartyInvite(room, false, true),
            Rule.THIRD_PARTY_INVITE_IS_VERIFIED),
        allows(
            Allowance.INVITE,
            room -> withLevels(room, "'invite':50", 50).member(BOB, DAVE, "invite"),
            room -> withLevels(room, "'invite':50", 49).member(BOB, DAVE, "invite"),
            Rule.INVITE_NEEDS_POWER),
        allows(
            Allowance.LEAVING,
            room -> room.members("join", BOB).member(BOB, BOB, "leave"),
            room -> room.members("leave", BOB).member(BOB, BOB, "leave"),
            Rule.LEAVING_NEEDS_MEMBERSHIP),
        allows(
            Allowance.LEAVING,
            room -> room.members("invite", BOB).member(BOB, BOB, "leave"),
            room -> room.members("ban", BOB).member(BOB, BOB, "leave"),
            Rule.LEAVING_NEEDS_MEMBERSHIP),
        allows(
            Allowance.KICK,
            room -> withLevels(room, "'kick':50", 50).member(BOB, CAROL, "leave"),
            room -> withLevels(room, "'kick':51", 50).member(BOB, CAROL, "leave"),
            Rule.KICK_NEEDS_POWER),
        allows(
            Allowance.KICK,
            room -> banned(room, 50).member(BOB, CAROL, "leave"),
            room -> banned(room, 49).member(BOB, CAROL, "leave"),
            Rule.UNBAN_NEEDS_POWER),
        allows(
            Allowance.BAN,
            room -> withLevels(room, "'ban':50", 50).member(BOB, CAROL, "ban"),
            room -> withLevels(room, "'ban':51", 50).member(BOB, CAROL, "ban"),
            Rule.BAN_NEEDS_POWER),
        allows(
            Allowance.BAN,
            room -> withLevels(room, "'users_default':49", 50).member(BOB, CAROL, "ban"),
            room -> withLevels(room, "'users_default':50", 50).member(BOB, CAROL, "ban"),
            Rule.BAN_NEEDS_POWER));
  }

  static List<AllowCase> others() {
    return List.of(
        allows(
            Allowance.CREATE,
            room -> RoomFixture.empty(room.rules().version()).create("{}"),
            room -> room.create("{}"),
            Rule.CREATE_COMES_FIRST),
        // By a server that has nobody in the room, and without power.
        allows(
            Allowance.ALIASES,
            room -> room.state(CAROL, EventType.ALIASES, TWO.value(), "{}"),
            room -> room.state(CAROL, EventType.ALIASES, ONE.value(), "{}"),
            Rule.ALIASES_ARE_OF_THE_SENDERS_SERVER),
        allows(
            Allowance.THIRD_PARTY_INVITE,
            room -> thirdPartyInvite(withLevels(room, "'invite':50", 50)),
            room -> thirdPartyInvite(withLevels(room, "'invite':50", 49)),
            Rule.THIRD_PARTY_INVITE_NEEDS_POWER),
        allows(
            Allowance.FIRST_POWER_LEVELS,
            room -> raised(room.remove(StateKey.POWER_LEVELS)),
            room -> levels(room, "'ban':1000"),
            Rule.NEW_LEVEL_IS_IN_REACH),
        allows(
            Allowance.POWER_LEVELS,
            room -> levels(room, "'ban':50"),
            room -> levels(room, "'ban':51"),
            Rule.NEW_LEVEL_IS_IN_REACH),
        allows(
            Allowance.REDACTION_BY_POWER,
            room -> redaction(withLevels(room, "'redact':50", 50), BOB, "$x:two.example", ONE),
            room -> redaction(withLevels(room, "'redact':50", 49), BOB, "$x:two.example", ONE),
            Rule.REDACTION_NEEDS_POWER),
        // It is the domains of the two event IDs that count, not those of the senders.
        allows(
            Allowance.REDACTION_BY_SERVER,
            room -> redaction(room.members("join", CAROL), CAROL, "$x:two.example", TWO),
            room -> redaction(room.members("join", CAROL), CAROL, "$x:two.example", ONE),
            Rule.REDACTION_NEEDS_POWER),
        allows(
            Allowance.OTHERWISE,
            room -> room.members("join", BOB).message(BOB),
            room -> room.members("leave", BOB).message(BOB),
            Rule.SENDER_IS_JOINED));
  }

  private static Verdict firstEvent(RoomFixture room, Function<RoomFixture, Event> event) {
    RoomFixture fresh = RoomFixture.created(room.rules().version(), "{}");
    return fresh.judge(event.apply(fresh));
  }

  private static Event viaAlice(RoomFixture room) {
    return room.state(BOB, EventType.MEMBER, BOB.value(), VIA_ALICE);
  }

  /// Bob is joined with this level; so is Carol, with the default one.
  static RoomFixture withLevels(RoomFixture room, String levels, int bob) {
    return room.powerLevels("{" + levels + ",'users':{'@bob:one.example':" + bob + "}}")
        .members("join", BOB, CAROL);
  }

  private static RoomFixture banned(RoomFixture room, int bob) {
    return withLevels(room, "'ban':50,'kick':0", bob).members("ban", CAROL);
  }

  private static Event thirdPartyInvite(RoomFixture room) {
    return room.state(BOB, EventType.THIRD_PARTY_INVITE, "token", "{}");
  }

  /// Without levels so far nothing bounds the first ones.
  private static Event raised(RoomFixture room) {
    return room.powers(ALICE, "{'ban':1000,'users':{'@bob:one.example':1000}}");
  }

  private static Event levels(RoomFixture room, String levels) {
    return withLevels(room, "'ban':40", 50)
        .powers(BOB, "{" + levels + ",'users':{'@bob:one.example':50}}");
  }

  private static Event redaction(
      RoomFixture room, UserId sender, String target, ServerName namedBy) {
    return room.built(
        room.builder(sender, EventType.REDACTION)
            .roomId(room.roomId())
            .redacts(new EventId(target)),
        namedBy);
  }
}
