package org.hearth.server.encryption;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The errors that every endpoint of end-to-end encryption has in common, on each of them.
class EncryptionErrorsTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static TestServer.User alice;

  private static final String WITH_BODY =
      """
      POST /keys/upload
      POST /keys/query
      POST /keys/claim
      POST /keys/device_signing/upload
      POST /keys/signatures/upload
      PUT /sendToDevice/m.dummy/1
      POST /room_keys/version
      PUT /room_keys/version/1
      PUT /room_keys/keys?version=1
      PUT /room_keys/keys/!room:x?version=1
      PUT /room_keys/keys/!room:x/s?version=1
      """;

  private static final String WITHOUT_BODY =
      """
      GET /keys/changes?from=x&to=y
      GET /room_keys/version
      GET /room_keys/version/1
      DELETE /room_keys/version/1
      GET /room_keys/keys?version=1
      GET /room_keys/keys/!room:x?version=1
      GET /room_keys/keys/!room:x/s?version=1
      DELETE /room_keys/keys?version=1
      DELETE /room_keys/keys/!room:x?version=1
      DELETE /room_keys/keys/!room:x/s?version=1
      """;

  @BeforeAll
  static void register() {
    alice = HEARTH.register("errors");
  }

  static List<String> withBody() {
    return Arrays.asList(WITH_BODY.split("\n"));
  }

  static List<String> all() {
    return Stream.concat(withBody().stream(), Arrays.stream(WITHOUT_BODY.split("\n"))).toList();
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutAToken(String endpoint) {
    call(HEARTH.api(), endpoint, "{}").statusCode(401).body("errcode", equalTo("M_MISSING_TOKEN"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void withAnUnknownToken(String endpoint) {
    call(HEARTH.api("hat_nonsense"), endpoint, "{}")
        .statusCode(401)
        .body("errcode", equalTo("M_UNKNOWN_TOKEN"));
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void withMalformedJson(String endpoint) {
    call(alice.api(), endpoint, "{\"a\":")
        .statusCode(400)
        .body("errcode", equalTo("M_NOT_JSON"))
        .body("error", notNullValue());
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void withSomethingElseThanAnObject(String endpoint) {
    call(alice.api(), endpoint, "[1]").statusCode(400).body("errcode", equalTo("M_BAD_JSON"));
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void withABodyThatIsTooLarge(String endpoint) {
    String body = "{\"a\":\"" + "x".repeat(10 * 1024 * 1024) + "\"}";
    call(alice.api(), endpoint, body).statusCode(413).body("errcode", equalTo("M_TOO_LARGE"));
  }

  private static ValidatableResponse call(RequestSpecification api, String line, String body) {
    var parts = line.split(" ", 2);
    var request = parts[0].equals("GET") ? api : api.body(body);
    return request.request(parts[0], "/_matrix/client/v3" + parts[1]).then();
  }
}
