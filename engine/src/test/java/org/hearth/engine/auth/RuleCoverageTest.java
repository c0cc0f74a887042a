package org.hearth.engine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every numbered rule of every room version has a case that it decides and one next to it that it
/// does not: `AuthRulesTest` runs those of the rules that reject, this class those that allow.
class RuleCoverageTest {
  static List<AllowCase> cases() {
    return Stream.of(AllowCases.joins(), AllowCases.otherMemberships(), AllowCases.others())
        .flatMap(List::stream)
        .toList();
  }

  static Stream<Arguments> casesByVersion() {
    return cases().stream()
        .flatMap(each -> each.versions().map(version -> Arguments.of(each, version)));
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberThatRejectsHasACase(RoomVersion version) {
    assertThat(numbers(AuthRulesTest.cases(), each -> each.rule().number(version)))
        .isEqualTo(NumberedRules.thatReject(version));
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberThatAllowsHasACase(RoomVersion version) {
    assertThat(numbers(cases(), each -> each.allowance().number(version)))
        .isEqualTo(NumberedRules.thatAllow(version));
  }

  /// No rule of ours has a number that the text does not have.
  @ParameterizedTest
  @EnumSource
  void theNumbersAreThoseOfTheText(RoomVersion version) {
    assertThat(Arrays.stream(Rule.values()).flatMap(rule -> rule.number(version).stream()))
        .containsExactlyInAnyOrderElementsOf(NumberedRules.thatReject(version));
    assertThat(Arrays.stream(Allowance.values()).flatMap(each -> each.number(version).stream()))
        .containsExactlyInAnyOrderElementsOf(NumberedRules.thatAllow(version));
  }

  @ParameterizedTest
  @MethodSource("casesByVersion")
  void theRuleAllows(AllowCase each, RoomVersion version) {
    assertThat(each.allowed().apply(RoomFixture.publicRoom(version))).isEqualTo(Verdict.allow());
  }

  @ParameterizedTest
  @MethodSource("casesByVersion")
  void theRuleAllowsNoMore(AllowCase each, RoomVersion version) {
    assertThat(each.refused().apply(RoomFixture.publicRoom(version)))
        .isEqualTo(Verdict.reject(each.next()));
  }

  /// What is stored in clear is judged as the whole event would be, as the event and as the state.
  @ParameterizedTest
  @MethodSource("casesByVersion")
  void verdictsOnTheClearHalfEqualVerdictsOnTheWhole(AllowCase each, RoomVersion version) {
    assertThat(each.allowed().apply(RoomFixture.publicRoom(version).storingClearHalvesOnly()))
        .isEqualTo(Verdict.allow());
    assertThat(each.refused().apply(RoomFixture.publicRoom(version).storingClearHalvesOnly()))
        .isEqualTo(Verdict.reject(each.next()));
  }

  private static <C> Collection<String> numbers(
      List<C> cases, Function<C, Optional<String>> number) {
    var numbers = new TreeSet<String>();
    for (C each : cases) number.apply(each).ifPresent(numbers::add);
    return numbers;
  }
}
