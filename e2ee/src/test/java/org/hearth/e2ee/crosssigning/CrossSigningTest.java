package org.hearth.e2ee.crosssigning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.e2ee.TestDevice;
import org.hearth.e2ee.TestIdentity;
import org.hearth.e2ee.World;
import org.hearth.e2ee.keys.KeyUpload;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrossSigningTest {
  private final World world = new World("a.example");
  private final UserId alice = world.user("alice");
  private final UserId bob = world.user("bob");
  private final TestDevice phone = world.login(alice, "PHONE");
  private final TestIdentity alices = TestIdentity.of(alice);
  private final TestIdentity bobs = TestIdentity.of(bob);

  @BeforeEach
  void uploadDevice() {
    world.uploads.upload(alice, "PHONE", new KeyUpload(phone.deviceKeys(), Map.of(), Map.of()));
  }

  private static ErrorCode refusal(Outcome<?> outcome) {
    return ((Outcome.Refused<?>) outcome).refusal().code();
  }

  private static ObjectNode signedOnly(ObjectNode object, UserId signer, SigningKey key) {
    var bare = object.deepCopy();
    bare.remove("signatures");
    return SignedJson.sign(bare, signer.value(), key);
  }

  /// "The user has no existing cross-signing master key uploaded to the homeserver", or the keys
  /// "exactly match".
  @Test
  void authenticationIsNeededOnlyToReplaceKeys() {
    assertThat(world.crossSigning.needsAuthentication(alice, alices.upload())).isFalse();
    assertThat(world.crossSigning.upload(alice, alices.upload(), false))
        .isInstanceOf(Outcome.Done.class);
    assertThat(world.crossSigning.needsAuthentication(alice, alices.upload())).isFalse();
    var others = TestIdentity.of(alice).upload();
    assertThat(world.crossSigning.needsAuthentication(alice, others)).isTrue();
    assertThat(refusal(world.crossSigning.upload(alice, others, false)))
        .isEqualTo(ErrorCode.M_FORBIDDEN);
    assertThat(world.crossSigning.upload(alice, others, true)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void keysWithoutAMasterKeyOrItsSignatureAreRefused() {
    var selfSigning = alices.signed(alices.selfSigning(), "self_signing");
    assertThat(
            refusal(
                world.crossSigning.upload(
                    alice, CrossSigningUpload.of(null, selfSigning, null), true)))
        .isEqualTo(ErrorCode.M_MISSING_PARAM);
    var unsigned = selfSigning.deepCopy();
    unsigned.remove("signatures");
    assertThat(
            refusal(
                world.crossSigning.upload(
                    alice, CrossSigningUpload.of(alices.masterKey(), unsigned, null), true)))
        .isEqualTo(ErrorCode.M_INVALID_SIGNATURE);
    assertThat(refusal(world.crossSigning.upload(bob, alices.upload(), true)))
        .isEqualTo(ErrorCode.M_INVALID_PARAM);
  }

  @Test
  void aNewMasterKeyDropsWhatOnlyTheOldOneSigned() {
    world.crossSigning.upload(alice, alices.upload(), false);
    var master = TestIdentity.of(alice).masterKey();
    world.crossSigning.upload(alice, CrossSigningUpload.of(master, null, null), true);
    assertThat(world.store.keys(alice).byUsage()).containsOnlyKeys(Usage.MASTER);
  }

  @Test
  void aSignatureOnADeviceIsSeenByEverybody() {
    world.crossSigning.upload(alice, alices.upload(), false);
    var signed = signedOnly(phone.deviceKeys(), alice, alices.selfSigning());
    assertThat(world.signatures.upload(alice, Map.of(alice, Map.of("PHONE", signed)))).isEmpty();

    var seen = world.queries.query(bob, Map.of(alice, List.of()), World.TIMEOUT);
    var device = seen.deviceKeys().get(alice).get("PHONE");
    assertThat(SignedJson.verify(device, alice.value(), alices.selfSigning().verifyKey())).isTrue();
    assertThat(SignedJson.verify(device, alice.value(), phone.key().verifyKey())).isTrue();
    assertThat(device.path("unsigned").path("device_display_name").asText())
        .isEqualTo("name of PHONE");
  }

  @Test
  void aDeviceMaySignTheMasterKey() {
    world.crossSigning.upload(alice, alices.upload(), false);
    var signed = SignedJson.sign(alices.masterKey(), alice.value(), phone.key());
    var item = TestIdentity.name(alices.master());
    assertThat(world.signatures.upload(alice, Map.of(alice, Map.of(item, signed)))).isEmpty();
    var master =
        world.queries.query(bob, Map.of(alice, List.of()), World.TIMEOUT).masterKeys().get(alice);
    assertThat(SignedJson.verify(master, alice.value(), phone.key().verifyKey())).isTrue();
  }

  /// "signatures made by a user's user-signing key" are seen by that user only.
  @Test
  void onlyTheSignerSeesItsSignaturesOnOthersAndOnlyTheOwnerItsUserSigningKey() {
    world.crossSigning.upload(alice, alices.upload(), false);
    world.crossSigning.upload(bob, bobs.upload(), false);
    var signed = SignedJson.sign(bobs.masterKey(), alice.value(), alices.userSigning());
    var item = TestIdentity.name(bobs.master());
    assertThat(world.signatures.upload(alice, Map.of(bob, Map.of(item, signed)))).isEmpty();

    var ask = Map.of(bob, List.<String>of(), alice, List.<String>of());
    var alicesView = world.queries.query(alice, ask, World.TIMEOUT);
    var bobsView = world.queries.query(bob, ask, World.TIMEOUT);
    var key = alices.userSigning().verifyKey();
    assertThat(SignedJson.verify(alicesView.masterKeys().get(bob), alice.value(), key)).isTrue();
    assertThat(SignedJson.verify(bobsView.masterKeys().get(bob), alice.value(), key)).isFalse();
    assertThat(alicesView.userSigningKeys()).containsOnlyKeys(alice);
    assertThat(bobsView.userSigningKeys()).containsOnlyKeys(bob);
    assertThat(world.federated.query(ask).userSigningKeys()).isEmpty();
  }

  @Test
  void eachBadSignatureIsAFailureOfItsOwn() {
    world.crossSigning.upload(alice, alices.upload(), false);
    var tablet = world.login(alice, "TABLET");
    world.uploads.upload(alice, "TABLET", new KeyUpload(tablet.deviceKeys(), Map.of(), Map.of()));
    var good = signedOnly(phone.deviceKeys(), alice, alices.selfSigning());
    var bad =
        SignedJson.withSignature(
            tablet.deviceKeys(), alice.value(), alices.selfSigning().id(), new byte[64]);
    var failures =
        world.signatures.upload(
            alice,
            Map.of(
                alice, Map.of("PHONE", good, "TABLET", bad, "NONE", good),
                bob, Map.of("nothing", Json.object())));

    assertThat(failures.get(alice).keySet()).containsExactly("NONE", "TABLET");
    assertThat(failures.get(alice).get("TABLET").code()).isEqualTo(ErrorCode.M_INVALID_SIGNATURE);
    assertThat(failures.get(bob).get("nothing").code()).isEqualTo(ErrorCode.M_NOT_FOUND);
  }

  @Test
  void thePublicKeyMayNotBeADevicesName() {
    var clash = TestIdentity.name(alices.master());
    var device = world.login(alice, clash);
    world.uploads.upload(alice, clash, new KeyUpload(device.deviceKeys(), Map.of(), Map.of()));
    assertThat(refusal(world.crossSigning.upload(alice, alices.upload(), false)))
        .isEqualTo(ErrorCode.M_FORBIDDEN);
  }
}
