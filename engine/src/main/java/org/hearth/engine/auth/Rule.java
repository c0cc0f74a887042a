package org.hearth.engine.auth;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.room.RoomVersion;

/// The rules that can refuse an event, by name, each with the number it has in the text of each
/// room version. (`12: 5.3.3` is rule 5.3.3 of [room version
/// 12](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules).) A version that is not listed
/// does not have the rule. Numbers are counted as the page shows them: version 12's source calls
/// the fourth of rule 3 "5" and has two called 10.10.
public enum Rule {
  /// The [size limits](https://spec.matrix.org/v1.19/client-server-api/#size-limits). Where the
  /// room version has always counted bytes, a longer event is malformed; in older rooms such events
  /// were let in when servers counted characters, so they are kept, without effect.
  FIELDS_ARE_SHORT("The type and the state key have at most 255 bytes", ""),

  // If type is m.room.create.
  CREATE_COMES_FIRST("A create event has no previous events", "1-12: 1.1"),
  CREATE_BELONGS_TO_THE_ROOMS_SERVER("The creator is on the server in the room ID", "1-11: 1.2"),
  CREATE_HAS_NO_ROOM_ID("A create event makes the room ID and has none", "12: 1.2"),
  ROOM_VERSION_IS_KNOWN("The room version is known", "1-12: 1.3"),
  CREATE_NAMES_A_CREATOR("A create event names the creator", "1-10: 1.4"),
  ADDITIONAL_CREATORS_ARE_USERS("Additional creators are a list of user IDs", "12: 1.4"),

  ROOM_HAS_A_CREATE_EVENT("The room ID is that of an accepted create event", "12: 2"),

  // Considering the event's auth_events.
  AUTH_EVENTS_HAVE_NO_DUPLICATES("Auth events differ in type or state key", "1-11: 2.1, 12: 3.1"),
  AUTH_EVENTS_ARE_AS_SELECTED("Auth events are those that matter", "1-11: 2.2, 12: 3.2"),
  AUTH_EVENTS_WERE_ACCEPTED("Auth events were not rejected themselves", "1-11: 2.3, 12: 3.3"),
  AUTH_EVENTS_NAME_THE_CREATE_EVENT("The create event is among the auth events", "1-11: 2.4"),
  AUTH_EVENTS_ARE_OF_THE_ROOM("Auth events are of the same room", "1-11: 2.5, 12: 3.4"),

  ROOM_IS_NOT_FEDERATED("The room admits only users of its own server", "1-11: 3, 12: 4"),

  // If type is m.room.aliases.
  ALIASES_ARE_STATE("Aliases are a state event", "1-5: 4.1"),
  ALIASES_ARE_OF_THE_SENDERS_SERVER("Servers list only their own aliases", "1-5: 4.2"),

  // If type is m.room.member.
  MEMBERSHIP_IS_COMPLETE(
      "A member event has a state key and a membership", "1-5: 5.1, 6-11: 4.1, 12: 5.1"),
  AUTHORISING_SERVER_SIGNED(
      "The server of the user who authorised a join has signed it", "8-11: 4.2.1, 12: 5.2.1"),

  // If membership is join.
  JOIN_IS_FOR_ONESELF(
      "Users join for themselves", "1-5: 5.2.2, 6-7: 4.2.2, 8-11: 4.3.2, 12: 5.3.2"),
  BANNED_CANNOT_JOIN("Banned users cannot join", "1-5: 5.2.3, 6-7: 4.2.3, 8-11: 4.3.3, 12: 5.3.3"),
  RESTRICTED_JOIN_IS_AUTHORISED(
      "A restricted join is authorised by a member who may invite", "8-11: 4.3.5.2, 12: 5.3.5.2"),
  JOIN_RULE_ADMITS(
      "The join rule admits the user", "1-5: 5.2.6, 6-7: 4.2.6, 8-11: 4.3.7, 12: 5.3.7"),

  // If membership is invite, with a third_party_invite.
  BANNED_CANNOT_BE_INVITED_BY_THIRD_PARTY(
      "Banned users cannot be invited", "1-5: 5.3.1.1, 6-7: 4.3.1.1, 8-11: 4.4.1.1, 12: 5.4.1.1"),
  THIRD_PARTY_INVITE_IS_SIGNED(
      "A third-party invite has a signed part",
      "1-5: 5.3.1.2, 6-7: 4.3.1.2, 8-11: 4.4.1.2, 12: 5.4.1.2"),
  THIRD_PARTY_INVITE_IS_COMPLETE(
      "The signed part names a user and a token",
      "1-5: 5.3.1.3, 6-7: 4.3.1.3, 8-11: 4.4.1.3, 12: 5.4.1.3"),
  THIRD_PARTY_INVITE_IS_FOR_THE_USER(
      "The signed part is for the invited user",
      "1-5: 5.3.1.4, 6-7: 4.3.1.4, 8-11: 4.4.1.4, 12: 5.4.1.4"),
  THIRD_PARTY_INVITE_IS_IN_THE_ROOM(
      "The room has a third-party invite with the token",
      "1-5: 5.3.1.5, 6-7: 4.3.1.5, 8-11: 4.4.1.5, 12: 5.4.1.5"),
  THIRD_PARTY_INVITE_IS_OF_THE_SENDER(
      "The sender made the third-party invite",
      "1-5: 5.3.1.6, 6-7: 4.3.1.6, 8-11: 4.4.1.6, 12: 5.4.1.6"),
  THIRD_PARTY_INVITE_IS_VERIFIED(
      "A key of the third-party invite signed it",
      "1-5: 5.3.1.8, 6-7: 4.3.1.8, 8-11: 4.4.1.8, 12: 5.4.1.8"),

  // If membership is invite.
  INVITER_IS_JOINED("Who invites is in the room", "1-5: 5.3.2, 6-7: 4.3.2, 8-11: 4.4.2, 12: 5.4.2"),
  INVITED_IS_NEITHER_JOINED_NOR_BANNED(
      "Who is invited is neither in the room nor banned",
      "1-5: 5.3.3, 6-7: 4.3.3, 8-11: 4.4.3, 12: 5.4.3"),
  INVITE_NEEDS_POWER(
      "Inviting needs the invite level", "1-5: 5.3.5, 6-7: 4.3.5, 8-11: 4.4.5, 12: 5.4.5"),

  // If membership is leave.
  LEAVING_NEEDS_MEMBERSHIP(
      "Users leave what they are in, invited to or knocking at",
      "1-5: 5.4.1, 6-7: 4.4.1, 8-11: 4.5.1, 12: 5.5.1"),
  KICKER_IS_JOINED("Who kicks is in the room", "1-5: 5.4.2, 6-7: 4.4.2, 8-11: 4.5.2, 12: 5.5.2"),
  UNBAN_NEEDS_POWER(
      "Unbanning needs the ban level", "1-5: 5.4.3, 6-7: 4.4.3, 8-11: 4.5.3, 12: 5.5.3"),
  KICK_NEEDS_POWER(
      "Kicking needs the kick level and more power than the target",
      "1-5: 5.4.5, 6-7: 4.4.5, 8-11: 4.5.5, 12: 5.5.5"),

  // If membership is ban.
  BANNER_IS_JOINED("Who bans is in the room", "1-5: 5.5.1, 6-7: 4.5.1, 8-11: 4.6.1, 12: 5.6.1"),
  BAN_NEEDS_POWER(
      "Banning needs the ban level and more power than the target",
      "1-5: 5.5.3, 6-7: 4.5.3, 8-11: 4.6.3, 12: 5.6.3"),

  // If membership is knock.
  JOIN_RULE_ADMITS_KNOCKING("The join rule admits knocking", "7: 4.6.1, 8-11: 4.7.1, 12: 5.7.1"),
  KNOCK_IS_FOR_ONESELF("Users knock for themselves", "7: 4.6.2, 8-11: 4.7.2, 12: 5.7.2"),
  KNOCKER_IS_OUTSIDE(
      "Who knocks is neither in the room, nor invited, nor banned",
      "7: 4.6.4, 8-11: 4.7.4, 12: 5.7.4"),

  MEMBERSHIP_IS_KNOWN("The membership is known", "1-5: 5.6, 6: 4.6, 7: 4.7, 8-11: 4.8, 12: 5.8"),

  SENDER_IS_JOINED("The sender is in the room", "1-5: 6, 6-11: 5, 12: 6"),
  THIRD_PARTY_INVITE_NEEDS_POWER(
      "Inviting by third party needs the invite level", "1-5: 7.1, 6-11: 6.1, 12: 7.1"),
  EVENT_TYPE_NEEDS_POWER("The sender may send this type", "1-5: 8, 6-11: 7, 12: 8"),
  USER_STATE_BELONGS_TO_THE_USER(
      "State under a user ID is sent by that user", "1-5: 9, 6-11: 8, 12: 9"),

  // If type is m.room.power_levels.
  POWER_LEVELS_ARE_INTEGERS("Power levels are integers", "10-11: 9.1, 12: 10.1"),
  POWER_LEVEL_MAPS_HOLD_INTEGERS(
      "Power levels of events and notifications are integers", "10-11: 9.2, 12: 10.2"),
  POWER_LEVELS_OF_USERS_ARE_WELL_FORMED(
      "Power levels of users are integers by user ID", "1-5: 10.1, 6-9: 9.1, 10-11: 9.3, 12: 10.3"),
  CREATORS_HAVE_NO_POWER_LEVEL("Creators are not given a power level", "12: 10.4"),
  CHANGED_LEVEL_WAS_IN_REACH(
      "Levels above one's own cannot be changed",
      "1-5: 10.3.1, 6-9: 9.3.1, 10-11: 9.5.1, 12: 10.6.1"),
  NEW_LEVEL_IS_IN_REACH(
      "Levels cannot be raised above one's own",
      "1-5: 10.3.2, 6-9: 9.3.2, 10-11: 9.5.2, 12: 10.6.2"),
  CHANGED_EVENT_LEVEL_WAS_IN_REACH(
      "Levels of events above one's own cannot be changed",
      "1-5: 10.4.1, 6-9: 9.4.1, 10-11: 9.6.1, 12: 10.7.1"),
  NEW_EVENT_LEVEL_IS_IN_REACH(
      "Levels of events cannot be raised above one's own",
      "1-5: 10.5.1, 6-9: 9.5.1, 10-11: 9.7.1, 12: 10.8.1"),
  CHANGED_USER_HAD_LESS_POWER(
      "Only users with less power than oneself can be changed",
      "1-5: 10.6.1, 6-9: 9.6.1, 10-11: 9.8.1, 12: 10.9.1"),
  NEW_USER_LEVEL_IS_IN_REACH(
      "Users cannot be raised above oneself", "1-5: 10.7.1, 6-9: 9.7.1, 10-11: 9.9.1, 12: 10.10.1"),

  REDACTION_NEEDS_POWER("Redacting events of other servers needs the redact level", "1-2: 11.3");

  private final String sentence;
  private final Map<RoomVersion, String> numbers;

  Rule(String sentence, String numbers) {
    this.sentence = sentence;
    this.numbers = numbersOf(numbers);
  }

  /// What the rule asks, in a few words.
  public String sentence() {
    return sentence;
  }

  /// For example `5.3.3`; empty if the version's list does not have the rule.
  public Optional<String> number(RoomVersion version) {
    return Optional.ofNullable(numbers.get(version));
  }

  /// Reads `1-5: 6, 6-11: 5, 12: 6`.
  static Map<RoomVersion, String> numbersOf(String table) {
    Map<RoomVersion, String> numbers = new EnumMap<>(RoomVersion.class);
    if (table.isEmpty()) return numbers;
    for (String row : table.split(", ", -1)) {
      int colon = row.indexOf(": ");
      String[] range = row.substring(0, colon).split("-", 2);
      RoomVersion first = RoomVersion.parse(range[0]);
      RoomVersion last = RoomVersion.parse(range[range.length - 1]);
      for (int i = first.ordinal(); i <= last.ordinal(); i++) {
        numbers.put(RoomVersion.values()[i], row.substring(colon + 2));
      }
    }
    return numbers;
  }
}
