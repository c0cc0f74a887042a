package org.hearth.engine.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.hearth.engine.auth.RoomFixture.ALICE;
import static org.hearth.engine.auth.RoomFixture.BOB;
import static org.hearth.engine.auth.RoomFixture.CAROL;
import static org.hearth.engine.auth.RoomFixture.DAVE;
import static org.hearth.engine.auth.RuleCase.refuses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// What the rules of `m.room.member` refuse.
final class MemberCases {
  private static final SigningKey IDENTITY_KEY = new SigningKey("ed25519:0", new byte[32]);
  private static final SigningKey OTHER_KEY =
      new SigningKey("ed25519:0", "a key that is in no third invite".getBytes(US_ASCII));
  private static final String VIA_ALICE =
      "{'membership':'join','join_authorised_via_users_server':'@alice:one.example'}";

  private MemberCases() {}

  static List<RuleCase> all() {
    return List.of(
        refuses(
            Rule.MEMBERSHIP_IS_COMPLETE,
            room -> room.state(BOB, EventType.MEMBER, BOB.value(), "{'displayname':'Bob'}"),
            room -> room.member(BOB, BOB, "join")),
        refuses(
            Rule.MEMBERSHIP_IS_COMPLETE,
            room ->
                room.event(BOB, EventType.MEMBER, null, RoomFixture.json("{'membership':'join'}")),
            room -> room.member(BOB, BOB, "join")),
        refuses(
            Rule.AUTHORISING_SERVER_SIGNED,
            room -> room.state(BOB, EventType.MEMBER, BOB.value(), VIA_ALICE.replace("one", "two")),
            room -> room.state(BOB, EventType.MEMBER, BOB.value(), VIA_ALICE)),
        refuses(
            Rule.JOIN_IS_FOR_ONESELF,
            room -> room.member(ALICE, BOB, "join"),
            room -> room.member(BOB, BOB, "join")),
        refuses(
            Rule.BANNED_CANNOT_JOIN,
            room -> room.members("ban", BOB).member(BOB, BOB, "join"),
            room -> room.members("leave", BOB).member(BOB, BOB, "join")),
        refuses(
            Rule.RESTRICTED_JOIN_IS_AUTHORISED,
            room -> room.joinRule("restricted").member(BOB, BOB, "join"),
            room -> restrictedJoin(room.joinRule("restricted"))),
        refuses(
            Rule.RESTRICTED_JOIN_IS_AUTHORISED,
            room -> restrictedJoin(room.joinRule("restricted").members("leave", ALICE)),
            room -> room.joinRule("restricted").members("invite", BOB).member(BOB, BOB, "join")),
        refuses(
            Rule.RESTRICTED_JOIN_IS_AUTHORISED,
            room ->
                room.joinRule("restricted")
                    .powerLevels("{'invite':50}")
                    .members("join", BOB)
                    .state(
                        CAROL, EventType.MEMBER, CAROL.value(), VIA_ALICE.replace("alice", "bob")),
            room -> restrictedJoin(room.joinRule("restricted").powerLevels("{'invite':50}"))),
        refuses(
            Rule.JOIN_RULE_ADMITS,
            room -> room.joinRule("invite").member(BOB, BOB, "join"),
            room -> room.joinRule("invite").members("invite", BOB).member(BOB, BOB, "join")),
        refuses(
            Rule.JOIN_RULE_ADMITS,
            room -> room.remove(joinRules()).member(BOB, BOB, "join"),
            room -> room.remove(joinRules()).members("invite", BOB).member(BOB, BOB, "join")),
        refuses(
            Rule.JOIN_RULE_ADMITS,
            room -> room.joinRule("private").members("invite", BOB).member(BOB, BOB, "join"),
            room -> room.member(BOB, BOB, "join")),
        refuses(
            Rule.BANNED_CANNOT_BE_INVITED_BY_THIRD_PARTY,
            room -> thirdPartyInvite(room.members("ban", BOB), signed(BOB.value(), "token")),
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"))),
        refuses(
            Rule.THIRD_PARTY_INVITE_IS_SIGNED,
            room -> thirdPartyInvite(room, null),
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"))),
        refuses(
            Rule.THIRD_PARTY_INVITE_IS_COMPLETE,
            room ->
                thirdPartyInvite(
                    room, SignedJson.sign(Json.object().put("token", "token"), "id", IDENTITY_KEY)),
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"))),
        refuses(
            Rule.THIRD_PARTY_INVITE_IS_FOR_THE_USER,
            room -> thirdPartyInvite(room, signed(CAROL.value(), "token")),
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"))),
        refuses(
            Rule.THIRD_PARTY_INVITE_IS_IN_THE_ROOM,
            room -> thirdPartyInvite(room, signed(BOB.value(), "other")),
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"))),
        refuses(
            Rule.THIRD_PARTY_INVITE_IS_OF_THE_SENDER,
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"), CAROL, true),
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"), ALICE, false)),
        refuses(
            Rule.THIRD_PARTY_INVITE_IS_VERIFIED,
            room -> thirdPartyInvite(room, signed(BOB.value(), "token").put("more", 1)),
            room -> thirdPartyInvite(room, signed(BOB.value(), "token"), ALICE, true)),
        refuses(
            Rule.INVITER_IS_JOINED,
            room -> room.member(CAROL, BOB, "invite"),
            room -> room.members("join", CAROL).member(CAROL, BOB, "invite")),
        refuses(
            Rule.INVITED_IS_NEITHER_JOINED_NOR_BANNED,
            room -> room.members("join", BOB).member(ALICE, BOB, "invite"),
            room -> room.members("leave", BOB).member(ALICE, BOB, "invite")),
        refuses(
            Rule.INVITED_IS_NEITHER_JOINED_NOR_BANNED,
            room -> room.members("ban", BOB).member(ALICE, BOB, "invite"),
            room -> room.members("invite", BOB).member(ALICE, BOB, "invite")),
        refuses(
            Rule.INVITE_NEEDS_POWER,
            room ->
                room.powerLevels("{'invite':1}").members("join", BOB).member(BOB, CAROL, "invite"),
            room -> room.powerLevels("{'invite':1}").member(ALICE, CAROL, "invite")),
        refuses(
            Rule.LEAVING_NEEDS_MEMBERSHIP,
            room -> room.members("ban", BOB).member(BOB, BOB, "leave"),
            room -> room.members("join", BOB).member(BOB, BOB, "leave")),
        refuses(
            Rule.LEAVING_NEEDS_MEMBERSHIP,
            room -> room.member(BOB, BOB, "leave"),
            room -> room.members("invite", BOB).member(BOB, BOB, "leave")),
        refuses(
            Rule.KICKER_IS_JOINED,
            room -> room.members("join", BOB).member(CAROL, BOB, "leave"),
            room -> room.members("join", BOB).member(ALICE, BOB, "leave")),
        refuses(
            Rule.UNBAN_NEEDS_POWER,
            room ->
                room.powerLevels(users("'ban':60", 55))
                    .members("join", BOB)
                    .members("ban", CAROL)
                    .member(BOB, CAROL, "leave"),
            room ->
                room.powerLevels(users("'ban':55", 55))
                    .members("join", BOB)
                    .members("ban", CAROL)
                    .member(BOB, CAROL, "leave")),
        refuses(
            Rule.KICK_NEEDS_POWER,
            room ->
                room.powerLevels(users("'kick':50", 49))
                    .members("join", BOB, CAROL)
                    .member(BOB, CAROL, "leave"),
            room ->
                room.powerLevels(users("'kick':50", 50))
                    .members("join", BOB, CAROL)
                    .member(BOB, CAROL, "leave")),
        refuses(
            Rule.KICK_NEEDS_POWER,
            room -> room.members("join", BOB).member(BOB, ALICE, "leave"),
            room -> room.members("invite", BOB).member(ALICE, BOB, "leave")),
        refuses(
            Rule.BANNER_IS_JOINED,
            room -> room.member(CAROL, BOB, "ban"),
            room -> room.member(ALICE, BOB, "ban")),
        refuses(
            Rule.BAN_NEEDS_POWER,
            room ->
                room.powerLevels(users("'ban':50", 49))
                    .members("join", BOB)
                    .member(BOB, CAROL, "ban"),
            room ->
                room.powerLevels(users("'ban':50", 50))
                    .members("join", BOB)
                    .member(BOB, CAROL, "ban")),
        refuses(
            Rule.BAN_NEEDS_POWER,
            room ->
                room.powerLevels("{'ban':0,'users_default':50,'users':{}}")
                    .members("join", BOB)
                    .member(BOB, CAROL, "ban"),
            room -> room.members("join", BOB).member(ALICE, BOB, "ban")),
        refuses(
            Rule.JOIN_RULE_ADMITS_KNOCKING,
            room -> room.joinRule("invite").member(BOB, BOB, "knock"),
            room -> room.joinRule("knock").member(BOB, BOB, "knock")),
        refuses(
            Rule.KNOCK_IS_FOR_ONESELF,
            room -> room.joinRule("knock").member(ALICE, BOB, "knock"),
            room -> room.joinRule("knock").members("leave", BOB).member(BOB, BOB, "knock")),
        refuses(
            Rule.KNOCKER_IS_OUTSIDE,
            room -> room.joinRule("knock").members("invite", BOB).member(BOB, BOB, "knock"),
            room -> room.joinRule("knock").members("knock", BOB).member(BOB, BOB, "knock")),
        refuses(
            Rule.MEMBERSHIP_IS_KNOWN,
            room -> room.member(DAVE, DAVE, "lurk"),
            room -> room.member(DAVE, DAVE, "join")));
  }

  private static StateKey joinRules() {
    return StateKey.JOIN_RULES;
  }

  private static Event restrictedJoin(RoomFixture room) {
    return room.state(BOB, EventType.MEMBER, BOB.value(), VIA_ALICE);
  }

  /// Alice at 100 where that can be said, Bob at this level.
  private static String users(String more, int bob) {
    return "{" + more + ",'users':{'@bob:one.example':" + bob + "}}";
  }

  private static ObjectNode signed(String mxid, String token) {
    return signed(mxid, token, IDENTITY_KEY);
  }

  private static ObjectNode signed(String mxid, String token, SigningKey key) {
    ObjectNode signed = Json.object().put("mxid", mxid).put("token", token);
    return SignedJson.sign(signed, "id.example", key);
  }

  /// Everything about the invite is right; whether it is signed by a key that the room has is
  /// asked.
  static Event thirdPartyInvite(RoomFixture room, boolean genuine, boolean keyInList) {
    ObjectNode signed = signed(BOB.value(), "token", genuine ? IDENTITY_KEY : OTHER_KEY);
    return thirdPartyInvite(room, signed, ALICE, keyInList);
  }

  private static Event thirdPartyInvite(RoomFixture room, ObjectNode signed) {
    return thirdPartyInvite(room, signed, ALICE, false);
  }

  /// Alice invited somebody by mail, who turned out to be Bob.
  private static Event thirdPartyInvite(
      RoomFixture room, ObjectNode signed, UserId sender, boolean keyInList) {
    String key = "'public_key':'" + IDENTITY_KEY.verifyKey().base64() + "'";
    String keys = keyInList ? "'public_keys':[{'public_key':'%%'},{" + key + "}]" : key;
    room.apply(room.state(ALICE, EventType.THIRD_PARTY_INVITE, "token", "{" + keys + "}"));
    ObjectNode content = Json.object().put("membership", "invite");
    ObjectNode invite = content.putObject("third_party_invite").put("display_name", "bob@mail");
    if (signed != null) invite.set("signed", signed);
    return room.event(sender, EventType.MEMBER, BOB.value(), content);
  }
}
