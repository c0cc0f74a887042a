package org.hearth.engine.auth;

import static org.hearth.engine.auth.RoomFixture.BOB;
import static org.hearth.engine.auth.RoomFixture.CAROL;

import java.util.List;
import org.hearth.schemas.event.Event;

/// What the rules of `m.room.power_levels` refuse. Bob has 50, Carol 40 and Erin 50; changing power
/// levels takes 50.
final class PowerLevelCases {
  private PowerLevelCases() {}

  static List<RuleCase> all() {
    return List.of(
        changes(Rule.POWER_LEVELS_ARE_INTEGERS, "", "'ban':'50'", "'ban':50"),
        changes(Rule.POWER_LEVELS_ARE_INTEGERS, "", "'invite':null", "'invite':0"),
        changes(
            Rule.POWER_LEVEL_MAPS_HOLD_INTEGERS,
            "",
            "'notifications':{'room':'5'}",
            "'notifications':{'room':5}"),
        changes(
            Rule.POWER_LEVEL_MAPS_HOLD_INTEGERS, "", "'notifications':[]", "'notifications':{}"),
        usersRefused(
            Rule.POWER_LEVELS_OF_USERS_ARE_WELL_FORMED,
            "'@dave:two.example':'many'",
            "'@dave:two.example':1"),
        usersRefused(
            Rule.POWER_LEVELS_OF_USERS_ARE_WELL_FORMED, "'dave':1", "'@dave:two.example':1"),
        usersRefused(
            Rule.POWER_LEVELS_OF_USERS_ARE_WELL_FORMED,
            "'@dave:two.example':null",
            "'@dave:two.example':-1"),
        usersRefused(
            Rule.CREATORS_HAVE_NO_POWER_LEVEL, "'@alice:one.example':1", "'@dave:two.example':1"),
        changes(Rule.CHANGED_LEVEL_WAS_IN_REACH, "'ban':51", "'ban':50", "'ban':51"),
        changes(
            Rule.CHANGED_LEVEL_WAS_IN_REACH, "'redact':51", "'kick':50", "'redact':51,'kick':50"),
        changes(Rule.NEW_LEVEL_IS_IN_REACH, "'ban':40", "'ban':51", "'ban':50"),
        changes(Rule.NEW_LEVEL_IS_IN_REACH, "", "'state_default':51", "'state_default':50"),
        changes(
            Rule.CHANGED_EVENT_LEVEL_WAS_IN_REACH,
            "'events':{'x':51}",
            "'events':{'x':1}",
            "'events':{'x':51,'y':50}"),
        changes(
            Rule.CHANGED_EVENT_LEVEL_WAS_IN_REACH, "'events':{'x':51}", "", "'events':{'x':51}"),
        changes(
            Rule.NEW_EVENT_LEVEL_IS_IN_REACH,
            "'events':{'x':50}",
            "'events':{'x':51}",
            "'events':{'x':1}"),
        changes(Rule.NEW_EVENT_LEVEL_IS_IN_REACH, "", "'events':{'x':51}", "'events':{'x':50}"),
        usersRefused(
            Rule.CHANGED_USER_HAD_LESS_POWER, "'@erin:two.example':49", "'@erin:two.example':50"),
        new RuleCase(
            Rule.CHANGED_USER_HAD_LESS_POWER,
            room ->
                room.judge(
                    setUp(room, "")
                        .powers(
                            BOB,
                            with("", "'@erin:two.example':null")
                                .replace(",'@erin:two.example':null", ""))),
            room ->
                room.judge(
                    setUp(room, "")
                        .powers(
                            BOB,
                            with("", "'@erin:two.example':50")
                                .replace("'@carol:two.example':40,", "")))),
        usersRefused(
            Rule.NEW_USER_LEVEL_IS_IN_REACH, "'@dave:two.example':51", "'@dave:two.example':50"),
        new RuleCase(
            Rule.NEW_USER_LEVEL_IS_IN_REACH,
            room ->
                room.judge(
                    setUp(room, "")
                        .powers(
                            BOB,
                            with("", "'@erin:two.example':50")
                                .replace("'@bob:one.example':50", "'@bob:one.example':51"))),
            room ->
                room.judge(
                    setUp(room, "")
                        .powers(
                            BOB,
                            with("", "'@erin:two.example':50")
                                .replace("'@bob:one.example':50", "'@bob:one.example':49")))));
  }

  /// Bob changes levels from `before`; `refused` and `allowed` are tried instead.
  private static RuleCase changes(Rule rule, String before, String refused, String allowed) {
    return new RuleCase(
        rule,
        room -> room.judge(change(setUp(room, before), refused)),
        room -> room.judge(change(setUp(room, before), allowed)));
  }

  /// Bob changes the levels of users.
  private static RuleCase usersRefused(Rule rule, String refused, String allowed) {
    return new RuleCase(
        rule,
        room -> room.judge(setUp(room, "").powers(BOB, with("", users(refused)))),
        room -> room.judge(setUp(room, "").powers(BOB, with("", users(allowed)))));
  }

  /// Erin keeps her 50 unless the change is about her.
  private static String users(String change) {
    return change.contains("@erin") ? change : "'@erin:two.example':50," + change;
  }

  private static RoomFixture setUp(RoomFixture room, String levels) {
    return room.powerLevels(with(levels, "'@erin:two.example':50")).members("join", BOB, CAROL);
  }

  private static Event change(RoomFixture room, String levels) {
    return room.powers(BOB, with(levels, "'@erin:two.example':50"));
  }

  private static String with(String levels, String users) {
    String base = "{'users':{'@bob:one.example':50,'@carol:two.example':40," + users + "}";
    return base + (levels.isEmpty() ? "" : "," + levels) + "}";
  }
}
