package org.hearth.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hearth.engine.auth.RoomFixture.ALICE;
import static org.hearth.engine.auth.RoomFixture.BOB;
import static org.hearth.engine.auth.RoomFixture.CAROL;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AuthRulesTest {
  static List<RuleCase> cases() {
    return Stream.of(
            RoomCases.create(),
            RoomCases.authEvents(),
            RoomCases.others(),
            MemberCases.all(),
            PowerLevelCases.all())
        .flatMap(List::stream)
        .toList();
  }

  static Stream<Arguments> casesByVersion() {
    return cases().stream()
        .flatMap(each -> each.versions().map(version -> Arguments.of(each, version)));
  }

  @Test
  void everyRuleIsTested() {
    Set<Rule> tested = cases().stream().map(RuleCase::rule).collect(Collectors.toSet());

    assertThat(tested).isEqualTo(EnumSet.complementOf(EnumSet.of(Rule.FIELDS_ARE_SHORT)));
  }

  @ParameterizedTest
  @MethodSource("casesByVersion")
  void theRuleRefuses(RuleCase each, RoomVersion version) {
    assertThat(each.refused().apply(RoomFixture.publicRoom(version)))
        .isEqualTo(Verdict.reject(each.rule()));
  }

  @ParameterizedTest
  @MethodSource("casesByVersion")
  void theRuleAllowsWhatIsClose(RuleCase each, RoomVersion version) {
    assertThat(each.allowed().apply(RoomFixture.publicRoom(version))).isEqualTo(Verdict.allow());
  }

  /// A rule that a version's text does not have refuses nothing there.
  @ParameterizedTest
  @EnumSource
  void rulesOfOtherVersionsDoNotApply(RoomVersion version) {
    for (RuleCase each : cases()) {
      if (each.rule().number(version).isPresent()) continue;
      assertThat(each.refused().apply(RoomFixture.publicRoom(version)))
          .as(each.toString())
          .isNotEqualTo(Verdict.reject(each.rule()));
    }
  }

  @Test
  void numbersAreThoseOfTheText() {
    assertThat(Rule.BANNED_CANNOT_JOIN.number(RoomVersion.V1)).contains("5.2.3");
    assertThat(Rule.BANNED_CANNOT_JOIN.number(RoomVersion.V6)).contains("4.2.3");
    assertThat(Rule.BANNED_CANNOT_JOIN.number(RoomVersion.V11)).contains("4.3.3");
    assertThat(Rule.BANNED_CANNOT_JOIN.number(RoomVersion.V12)).contains("5.3.3");
    assertThat(Rule.REDACTION_NEEDS_POWER.number(RoomVersion.V3)).isEmpty();
    for (RoomVersion version : RoomVersion.values()) {
      List<String> numbers =
          Arrays.stream(Rule.values()).flatMap(rule -> rule.number(version).stream()).toList();
      assertThat(numbers).as("version %s", version).doesNotHaveDuplicates();
    }
  }

  /// "If the only previous event is an `m.room.create` and the `state_key` is the creator, allow."
  @ParameterizedTest
  @EnumSource
  void theCreatorJoinsFirst(RoomVersion version) {
    RoomFixture room = RoomFixture.created(version, "{'additional_creators':['@bob:one.example']}");

    assertThat(room.judge(room.member(ALICE, ALICE, "join"))).isEqualTo(Verdict.allow());
    assertThat(room.judge(room.member(BOB, BOB, "join")))
        .isEqualTo(Verdict.reject(Rule.JOIN_RULE_ADMITS));
  }

  /// "`state_key` MUST NOT exceed 255 bytes": in versions whose servers counted characters when
  /// they were new, a longer one is refused here; elsewhere it is malformed.
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"V11", "V12"})
  void fieldsOfMoreThan255BytesAreRefused(RoomVersion version) {
    RoomFixture room = RoomFixture.publicRoom(version);

    assertThat(room.judge(room.state(ALICE, "x", "é".repeat(127), "{}")))
        .isEqualTo(Verdict.allow());
    assertThat(room.judge(room.state(ALICE, "x", "é".repeat(128), "{}")))
        .isEqualTo(Verdict.reject(Rule.FIELDS_ARE_SHORT));
  }

  /// In which versions an uninvited user may join by which rule, with the authorisation of a
  /// member.
  @ParameterizedTest
  @CsvSource({
    "public, 1-12",
    "invite, none",
    "knock, none",
    "private, none",
    "restricted, 8-12",
    "knock_restricted, 10-12"
  })
  void joinRulesAdmit(String joinRule, String versions) {
    for (RoomVersion version : RoomVersion.values()) {
      RoomFixture room = RoomFixture.publicRoom(version).joinRule(joinRule);
      Event join =
          room.state(
              BOB,
              EventType.MEMBER,
              BOB.value(),
              "{'membership':'join','join_authorised_via_users_server':'@alice:one.example'}");

      assertThat(room.judge(join).isAllowed())
          .as("%s in %s", joinRule, version)
          .isEqualTo(contains(versions, version));
    }
  }

  /// In which versions an invited user may join by which rule.
  @ParameterizedTest
  @CsvSource({
    "public, 1-12",
    "invite, 1-12",
    "knock, 7-12",
    "private, none",
    "restricted, 8-12",
    "knock_restricted, 10-12"
  })
  void invitationsAdmit(String joinRule, String versions) {
    for (RoomVersion version : RoomVersion.values()) {
      RoomFixture room = RoomFixture.publicRoom(version).joinRule(joinRule).members("invite", BOB);

      assertThat(room.judge(room.member(BOB, BOB, "join")).isAllowed())
          .as("%s in %s", joinRule, version)
          .isEqualTo(contains(versions, version));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "public, none",
    "invite, none",
    "knock, 7-12",
    "restricted, none",
    "knock_restricted, 10-12"
  })
  void joinRulesAdmitKnocking(String joinRule, String versions) {
    for (RoomVersion version : RoomVersion.values()) {
      RoomFixture room = RoomFixture.publicRoom(version).joinRule(joinRule);

      assertThat(room.judge(room.member(BOB, BOB, "knock")).isAllowed())
          .as("%s in %s", joinRule, version)
          .isEqualTo(contains(versions, version));
    }
  }

  /// Room version 12: creators are above all levels, and equals among themselves.
  @Test
  void creatorsCanChangeAnythingButEachOther() {
    RoomFixture room =
        RoomFixture.publicRoom(RoomVersion.V12, "{'additional_creators':['@bob:one.example']}")
            .powerLevels("{'ban':9007199254740991,'users':{'@carol:two.example':9007199254740991}}")
            .members("join", BOB, CAROL);

    assertThat(room.judge(room.member(BOB, CAROL, "ban"))).isEqualTo(Verdict.allow());
    assertThat(room.judge(room.powers(BOB, "{}"))).isEqualTo(Verdict.allow());
    assertThat(room.judge(room.member(ALICE, BOB, "leave")))
        .isEqualTo(Verdict.reject(Rule.KICK_NEEDS_POWER));
    assertThat(room.judge(room.member(CAROL, ALICE, "leave")))
        .isEqualTo(Verdict.reject(Rule.KICK_NEEDS_POWER));
  }

  /// A redaction of one's own server's event takes no power in versions 1 and 2.
  @ParameterizedTest
  @EnumSource(names = {"V1", "V2"})
  void aServerRedactsItsOwnEvents(RoomVersion version) {
    RoomFixture room = RoomFixture.publicRoom(version).members("join", BOB);
    Event redaction =
        room.built(
            room.builder(BOB, EventType.REDACTION)
                .roomId(room.roomId())
                .redacts(room.message(ALICE).eventId()));

    assertThat(room.judge(redaction)).isEqualTo(Verdict.allow());
  }

  /// Versions 1 to 9 take strings, 1 to 5 floats; "the value is truncated at the decimal point".
  @ParameterizedTest
  @CsvSource({
    "50, 50, 1-12",
    "'''50''', 50, 1-9",
    "''' +0050 ''', 50, 1-9",
    "'''-5''', -5, 1-9",
    "50.9, 50, 1-5",
    "5.09e1, 50, 1-5",
    "-0.9, 0, 1-5",
    "'''5.5''', 0, none",
    "''' 5 5 ''', 0, none",
    "null, 0, none"
  })
  void formsOfLevels(String value, long level, String versions) {
    for (RoomVersion version : RoomVersion.values()) {
      boolean canBeWritten =
          !value.contains(".") || value.contains("'") || !version.rules().strictCanonicalJson();
      if (!canBeWritten) continue;
      RoomFixture room = RoomFixture.publicRoom(version);
      Event levels = room.powers(ALICE, "{'users':{'@bob:one.example':" + value + "}}");

      boolean valid = contains(versions, version);
      assertThat(room.judge(levels).isAllowed()).as("%s", version).isEqualTo(valid);
      assertThat(PowerLevels.of(room.apply(levels).state()).user(BOB)).isEqualTo(valid ? level : 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void defaultsOfPowerLevels(RoomVersion version) {
    RoomFixture room = RoomFixture.publicRoom(version);
    PowerLevels empty = PowerLevels.of(room.powerLevels("{'users':{}}").state());
    PowerLevels none = PowerLevels.of(room.remove(StateKey.POWER_LEVELS).state());

    for (PowerLevels levels : List.of(empty, none)) {
      assertThat(levels.ban()).isEqualTo(50);
      assertThat(levels.kick()).isEqualTo(50);
      assertThat(levels.redact()).isEqualTo(50);
      assertThat(levels.invite()).isZero();
      assertThat(levels.required("x", true)).isEqualTo(50);
      assertThat(levels.required("x", false)).isZero();
      assertThat(levels.notification("room")).isEqualTo(50);
      assertThat(levels.user(BOB)).isZero();
    }
    boolean infinite = version.rules().creatorsHaveInfinitePower();
    assertThat(empty.user(ALICE)).isEqualTo(infinite ? PowerLevels.INFINITE : 0);
    assertThat(none.user(ALICE)).isEqualTo(infinite ? PowerLevels.INFINITE : 100);
  }

  @Test
  void selectionOfAuthEvents() {
    RoomFixture room = RoomFixture.publicRoom(RoomVersion.V11);

    assertThat(AuthEventSelection.select(room.create("{}"))).isEmpty();
    assertThat(AuthEventSelection.select(room.message(BOB)))
        .containsExactlyInAnyOrder(StateKey.CREATE, StateKey.POWER_LEVELS, StateKey.member(BOB));
    assertThat(AuthEventSelection.select(room.member(ALICE, BOB, "leave")))
        .containsExactlyInAnyOrder(
            StateKey.CREATE, StateKey.POWER_LEVELS, StateKey.member(ALICE), StateKey.member(BOB));
    assertThat(AuthEventSelection.select(room.member(ALICE, BOB, "invite")))
        .contains(StateKey.JOIN_RULES);
    assertThat(
            AuthEventSelection.select(
                room.state(
                    BOB,
                    EventType.MEMBER,
                    BOB.value(),
                    "{'membership':'join','join_authorised_via_users_server':'@carol:two.example'}")))
        .contains(StateKey.member(CAROL));
    assertThat(
            AuthEventSelection.select(
                room.state(
                    ALICE,
                    EventType.MEMBER,
                    BOB.value(),
                    "{'membership':'invite','third_party_invite':{'signed':{'token':'t'}}}")))
        .contains(new StateKey(EventType.THIRD_PARTY_INVITE, "t"));
    assertThat(AuthEventSelection.select(RoomFixture.publicRoom(RoomVersion.V12).message(BOB)))
        .doesNotContain(StateKey.CREATE);
  }

  /// What is stored in clear is judged as the whole event would be, as the event and as the state.
  @ParameterizedTest
  @MethodSource("casesByVersion")
  void verdictsOnTheClearHalfEqualVerdictsOnTheWhole(RuleCase each, RoomVersion version) {
    assertThat(each.refused().apply(RoomFixture.publicRoom(version).storingClearHalvesOnly()))
        .isEqualTo(each.refused().apply(RoomFixture.publicRoom(version)));
    assertThat(each.allowed().apply(RoomFixture.publicRoom(version).storingClearHalvesOnly()))
        .isEqualTo(each.allowed().apply(RoomFixture.publicRoom(version)));
  }

  private static boolean contains(String versions, RoomVersion version) {
    if (versions.equals("none")) return false;
    String[] range = versions.split("-", 2);
    return version.ordinal() >= RoomVersion.parse(range[0]).ordinal()
        && version.ordinal() <= RoomVersion.parse(range[1]).ordinal();
  }
}
