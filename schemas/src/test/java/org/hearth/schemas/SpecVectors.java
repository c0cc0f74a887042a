package org.hearth.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;

/// The test vectors of the specification's appendices (Apache-2.0), and hashes that another
/// implementation computed; both files name their source.
public final class SpecVectors {
  private static final JsonNode ALL = read("spec-vectors.json");

  private SpecVectors() {}

  public static List<JsonNode> of(String section) {
    return StreamSupport.stream(ALL.required(section).spliterator(), false).toList();
  }

  public static SigningKey signingKey() {
    JsonNode key = ALL.required("signing_key");
    return new SigningKey(
        key.required("key_id").asText(),
        Base64Unpadded.decode(key.required("seed_unpadded_base64").asText()));
  }

  /// Events of all room versions with their IDs and hashes as the network has them.
  public static List<JsonNode> ofTheNetwork() {
    return StreamSupport.stream(
            read("network-vectors.json").required("events").spliterator(), false)
        .toList();
  }

  private static JsonNode read(String file) {
    try (InputStream in = SpecVectors.class.getResourceAsStream(file)) {
      return Json.parse(in.readAllBytes());
    } catch (IOException | MalformedJson e) {
      throw new AssertionError(e);
    }
  }
}
