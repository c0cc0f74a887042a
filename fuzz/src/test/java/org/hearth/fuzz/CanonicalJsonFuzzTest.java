package org.hearth.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.json.NotCanonical;

class CanonicalJsonFuzzTest {
  /// What can be read has one canonical form, which reads as itself.
  @FuzzTest(maxDuration = "2m")
  void aCanonicalFormIsItsOwn(byte[] data) throws MalformedJson {
    JsonNode tree;
    try {
      tree = Json.parse(data);
    } catch (MalformedJson e) {
      return;
    }
    byte[] lenient = CanonicalJson.encodeLikePython(tree);
    assertThat(CanonicalJson.encodeLikePython(Json.parse(lenient))).isEqualTo(lenient);
    byte[] signed = CanonicalJson.encode(tree);
    assertThat(CanonicalJson.encode(Json.parse(signed))).isEqualTo(signed);
    try {
      byte[] strict = CanonicalJson.encodeStrict(tree);
      assertThat(strict).isEqualTo(lenient).isEqualTo(signed);
      assertThat(CanonicalJson.encodeStrict(Json.parse(strict))).isEqualTo(strict);
    } catch (NotCanonical e) {
      // A number that the strict form has no place for.
    }
    assertThat(Json.parse(Json.write(tree))).isEqualTo(tree);
  }
}
