package org.hearth.e2ee.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.hearth.e2ee.TestDevice;
import org.hearth.e2ee.World;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyUploadTest {
  private static final String ALGORITHM = "signed_curve25519";
  private final World world = new World("a.example");
  private final UserId alice = world.user("alice");
  private final TestDevice phone = world.login(alice, "PHONE");

  private Outcome<SortedMap<String, Integer>> upload(
      @Nullable ObjectNode device, Map<String, JsonNode> oneTime, Map<String, JsonNode> fallback) {
    return world.uploads.upload(alice, "PHONE", new KeyUpload(device, oneTime, fallback));
  }

  private static ErrorCode refusal(Outcome<?> outcome) {
    return ((Outcome.Refused<?>) outcome).refusal().code();
  }

  private String claim() {
    var claimed =
        world.claims.claim(Map.of(alice, Map.of("PHONE", ALGORITHM)), Duration.ofSeconds(1));
    return claimed.keys().get(alice).get("PHONE").fieldNames().next();
  }

  @Test
  void answersHowManyKeysAreLeft() {
    assertThat(upload(phone.deviceKeys(), phone.oneTimeKeys(0, 7), Map.of()))
        .isEqualTo(Outcome.done(Map.of(ALGORITHM, 7)));
    claim();
    assertThat(upload(null, Map.of(), Map.of())).isEqualTo(Outcome.done(Map.of(ALGORITHM, 6)));
  }

  /// "Must match the user ID used when logging in."
  @Test
  void deviceKeysOfAnotherUserOrDeviceAreRefused() {
    var other = TestDevice.of(world.user("bob"), "PHONE").deviceKeys();
    assertThat(refusal(upload(other, Map.of(), Map.of()))).isEqualTo(ErrorCode.M_BAD_JSON);
    var tablet = TestDevice.of(alice, "TABLET").deviceKeys();
    assertThat(refusal(upload(tablet, Map.of(), Map.of()))).isEqualTo(ErrorCode.M_BAD_JSON);
  }

  /// A wrong signature can only be a mistake. The other clients check them anyway, and must: so
  /// keys that are not signed are taken, as servers have always done.
  @Test
  void aWrongSignatureOfTheDeviceIsRefusedAndNoneIsTaken() {
    var keys = phone.deviceKeys();
    keys.putArray("algorithms").add("m.other");
    assertThat(refusal(upload(keys, Map.of(), Map.of()))).isEqualTo(ErrorCode.M_INVALID_SIGNATURE);
    keys.remove("signatures");
    assertThat(upload(keys, Map.of(), Map.of())).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aKeyMayBeUploadedAgainButNotChanged() {
    var keys = phone.oneTimeKeys(0, 3);
    upload(phone.deviceKeys(), keys, Map.of());
    assertThat(upload(phone.deviceKeys(), keys, Map.of()))
        .isEqualTo(Outcome.done(Map.of(ALGORITHM, 3)));
    var changed = Map.<String, JsonNode>of(ALGORITHM + ":K00001", phone.oneTimeKey());
    assertThat(refusal(upload(null, changed, Map.of()))).isEqualTo(ErrorCode.M_INVALID_PARAM);
  }

  /// "Servers must ensure that each one-time key is returned at most once": also when the upload is
  /// repeated because its answer was lost.
  @Test
  void aRepeatedUploadDoesNotBringBackWhatWasHandedOut() {
    var keys = phone.oneTimeKeys(0, 2);
    upload(phone.deviceKeys(), keys, Map.of());
    assertThat(claim()).isEqualTo(ALGORITHM + ":K00000");
    upload(null, keys, Map.of());
    assertThat(claim()).isEqualTo(ALGORITHM + ":K00001");
    assertThat(world.counts.oneTimeKeys(alice, "PHONE")).containsEntry(ALGORITHM, 0);
  }

  @Test
  void theFallbackKeyIsHandedOutWhenOneTimeKeysAreExhaustedAndStays() {
    var fallback = Map.<String, JsonNode>of(ALGORITHM + ":F1", phone.oneTimeKey());
    upload(phone.deviceKeys(), phone.oneTimeKeys(0, 1), fallback);
    assertThat(world.counts.unusedFallbackTypes(alice, "PHONE")).containsExactly(ALGORITHM);
    assertThat(List.of(claim(), claim(), claim()))
        .containsExactly(ALGORITHM + ":K00000", ALGORITHM + ":F1", ALGORITHM + ":F1");
    assertThat(world.counts.unusedFallbackTypes(alice, "PHONE")).isEmpty();
    upload(null, Map.of(), fallback);
    assertThat(world.counts.unusedFallbackTypes(alice, "PHONE")).as("the same key").isEmpty();
    upload(null, Map.of(), Map.of(ALGORITHM + ":F2", phone.oneTimeKey()));
    assertThat(world.counts.unusedFallbackTypes(alice, "PHONE")).containsExactly(ALGORITHM);
  }

  @Test
  void oneTimeKeysOfAnOldIdentityGoWithIt() {
    upload(phone.deviceKeys(), phone.oneTimeKeys(0, 5), Map.of());
    var reinstalled = TestDevice.of(alice, "PHONE");
    assertThat(upload(reinstalled.deviceKeys(), reinstalled.oneTimeKeys(0, 2), Map.of()))
        .isEqualTo(Outcome.done(Map.of(ALGORITHM, 2)));
  }

  @Test
  void malformedKeysAreRefused() {
    var nameless = Map.<String, JsonNode>of("signed_curve25519", phone.oneTimeKey());
    assertThat(refusal(upload(null, nameless, Map.of()))).isEqualTo(ErrorCode.M_INVALID_PARAM);
    var twoFallbacks =
        Map.<String, JsonNode>of(
            ALGORITHM + ":A", phone.oneTimeKey(), ALGORITHM + ":B", phone.oneTimeKey());
    assertThat(refusal(upload(null, Map.of(), twoFallbacks))).isEqualTo(ErrorCode.M_INVALID_PARAM);
    assertThat(refusal(upload(null, phone.oneTimeKeys(0, 1_001), Map.of())))
        .isEqualTo(ErrorCode.M_TOO_LARGE);
  }

  @Test
  void whoeverUploadedKeysIsInTheLogOnce() {
    upload(phone.deviceKeys(), phone.oneTimeKeys(0, 5), Map.of());
    upload(phone.deviceKeys(), phone.oneTimeKeys(5, 5), Map.of());
    assertThat(world.store.after(0, 10)).hasSize(1);
  }
}
