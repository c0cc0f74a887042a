package org.hearth.schemas.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.List;
import org.hearth.schemas.SpecVectors;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CryptoTest {
  static List<JsonNode> base64Vectors() {
    return SpecVectors.of("unpadded_base64");
  }

  static List<JsonNode> signingVectors() {
    return SpecVectors.of("json_signing");
  }

  @ParameterizedTest
  @MethodSource("base64Vectors")
  void base64OfTheSpecification(JsonNode vector) {
    byte[] bytes = vector.get("bytes_utf8").asText().getBytes(UTF_8);
    String encoded = vector.get("encoded").asText();

    assertThat(Base64Unpadded.encode(bytes)).isEqualTo(encoded);
    assertThat(Base64Unpadded.decode(encoded)).isEqualTo(bytes);
    assertThat(Base64Unpadded.decode(encoded + "=".repeat((4 - encoded.length() % 4) % 4)))
        .isEqualTo(bytes);
  }

  @Test
  void theTwoAlphabetsDiffer() {
    byte[] bytes = {-1, -2, -3, -4};

    assertThat(Base64Unpadded.encode(bytes)).isEqualTo("//79/A");
    assertThat(Base64Unpadded.encodeUrlSafe(bytes)).isEqualTo("__79_A");
    assertThat(Base64Unpadded.decodeUrlSafe("__79_A==")).isEqualTo(bytes);
    assertThatIllegalArgumentException().isThrownBy(() -> Base64Unpadded.decode("__79_A"));
    assertThatIllegalArgumentException().isThrownBy(() -> Base64Unpadded.decode("a"));
  }

  @ParameterizedTest
  @MethodSource("signingVectors")
  void signedJsonOfTheSpecification(JsonNode vector) {
    ObjectNode input = (ObjectNode) vector.get("input");
    SigningKey key = SpecVectors.signingKey();

    ObjectNode signed = SignedJson.sign(input, "domain", key);

    assertThat(signed).isEqualTo(vector.get("signed"));
    assertThat(SignedJson.verify(signed, "domain", key.verifyKey())).isTrue();
    assertThat(input.has("signatures")).as("the input stays as it was").isFalse();
  }

  @Test
  void aSignatureCoversTheContentButNotUnsignedAndOtherSignatures() {
    SigningKey key = SigningKey.generate("ed25519:a", new SecureRandom());
    SigningKey other = SigningKey.generate("ed25519:b", new SecureRandom());
    ObjectNode signed = SignedJson.sign(Json.object().put("n", 1), "one.example", key);
    ObjectNode twice = SignedJson.sign(signed, "two.example", other);
    twice.putObject("unsigned").put("age", 5);

    assertThat(SignedJson.verify(twice, "one.example", key.verifyKey())).isTrue();
    assertThat(SignedJson.verify(twice, "two.example", other.verifyKey())).isTrue();
    assertThat(SignedJson.verify(twice, "two.example", key.verifyKey())).isFalse();
    assertThat(SignedJson.verify(twice.put("n", 2), "one.example", key.verifyKey())).isFalse();
  }

  @Test
  void aMalformedSignatureIsNone() {
    SigningKey key = SpecVectors.signingKey();
    for (JsonNode bad :
        List.of(Json.toTree("%%%"), Json.toTree(1), Json.toTree("AAAA"), Json.object())) {
      ObjectNode object = Json.object();
      object.putObject("signatures").putObject("domain").set("ed25519:1", bad);

      assertThat(SignedJson.verify(object, "domain", key.verifyKey())).isFalse();
    }
  }

  @Test
  void keysAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> new VerifyKey("ed25519:a", new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> new VerifyKey("rsa:a", new byte[32]));
    assertThatIllegalArgumentException().isThrownBy(() -> new SigningKey("ed25519:", new byte[32]));
  }

  @Test
  void aSigningKeyDoesNotShowItsSeed() {
    SigningKey key = SpecVectors.signingKey();

    assertThat(key.toString()).doesNotContain(Base64Unpadded.encode(key.seed()));
    assertThat(new SigningKey(key.id(), key.seed()).verifyKey()).isEqualTo(key.verifyKey());
  }
}
