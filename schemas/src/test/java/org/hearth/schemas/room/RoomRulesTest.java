package org.hearth.schemas.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// The changes of each room version, read back the other way round: for each difference, the
/// versions that have it.
class RoomRulesTest {
  @Test
  void eachDifferenceHoldsInTheVersionsThatTheSpecificationNames() {
    assertThat(having(RoomRules::eventIdIsField)).isEqualTo(range(1, 2));
    assertThat(having(RoomRules::referencesAreHashPairs)).isEqualTo(range(1, 2));
    assertThat(having(RoomRules::eventIdServerSigns)).isEqualTo(range(1, 2));
    assertThat(having(RoomRules::redactionsAuthorised)).isEqualTo(range(1, 2));
    assertThat(having(r -> r.eventIdFormat() == EventIdFormat.HASH_STANDARD_BASE64))
        .isEqualTo(range(3, 3));
    assertThat(having(r -> r.stateResolution() == StateResolutionVersion.V1))
        .isEqualTo(range(1, 1));
    assertThat(having(r -> r.stateResolution() == StateResolutionVersion.V2_1))
        .isEqualTo(range(12, 12));
    assertThat(having(RoomRules::signingKeyValidity)).isEqualTo(range(5, 12));
    assertThat(having(RoomRules::strictCanonicalJson)).isEqualTo(range(6, 12));
    assertThat(having(r -> r.maxDepth() == (1L << 53) - 1)).isEqualTo(range(6, 12));
    assertThat(having(RoomRules::aliasesOwnedByServers)).isEqualTo(range(1, 5));
    assertThat(having(RoomRules::notificationLevelsChecked)).isEqualTo(range(6, 12));
    assertThat(having(RoomRules::floatPowerLevels)).isEqualTo(range(1, 5));
    assertThat(having(RoomRules::stringPowerLevels)).isEqualTo(range(1, 9));
    assertThat(having(RoomRules::knocking)).isEqualTo(range(7, 12));
    assertThat(having(RoomRules::restrictedJoins)).isEqualTo(range(8, 12));
    assertThat(having(RoomRules::knockRestrictedJoins)).isEqualTo(range(10, 12));
    assertThat(having(r -> r.creatorRule() == CreatorRule.CONTENT_CREATOR)).isEqualTo(range(1, 10));
    assertThat(having(r -> r.creatorRule() == CreatorRule.SENDER)).isEqualTo(range(11, 11));
    assertThat(having(RoomRules::redactsInContent)).isEqualTo(range(11, 12));
    assertThat(having(RoomRules::strictByteLimits)).isEqualTo(range(11, 12));
    assertThat(having(RoomRules::roomIdIsCreateHash)).isEqualTo(range(12, 12));
    assertThat(having(RoomRules::creatorsHaveInfinitePower)).isEqualTo(range(12, 12));
    assertThat(having(RoomRules::createInAuthEvents)).isEqualTo(range(1, 11));
  }

  @Test
  void versionsAreKnownByTheirId() {
    assertThat(RoomVersion.parse("12")).isEqualTo(RoomVersion.V12);
    assertThat(RoomVersion.tryParse("13")).isEmpty();
    assertThat(RoomVersion.isKnown("1")).isTrue();
    assertThat(RoomVersion.V9.rules().version()).isEqualTo(RoomVersion.V9);
    assertThat(RoomVersion.DEFAULT.id()).isEqualTo("12");
  }

  private static List<String> having(Predicate<RoomRules> difference) {
    return Arrays.stream(RoomVersion.values())
        .filter(version -> difference.test(version.rules()))
        .map(RoomVersion::id)
        .toList();
  }

  private static List<String> range(int first, int last) {
    return Arrays.stream(RoomVersion.values())
        .map(RoomVersion::id)
        .filter(id -> Integer.parseInt(id) >= first && Integer.parseInt(id) <= last)
        .toList();
  }
}
