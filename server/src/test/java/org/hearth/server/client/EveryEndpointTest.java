package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What holds for each endpoint that clients have, also for those that are still to come: they are
/// asked from the server, not written down here. Exceptions are.
class EveryEndpointTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static TestServer.User alice;

  /// Before somebody has a token, or for everybody.
  private static final Set<String> OPEN =
      lines(
          """
          GET /_matrix/client/versions
          GET /.well-known/matrix/client
          GET /.well-known/matrix/support
          GET /_matrix/client/v3/login
          POST /_matrix/client/v3/login
          POST /_matrix/client/v3/refresh
          POST /_matrix/client/v3/register
          GET /_matrix/client/v3/register/available
          GET /_matrix/client/v1/register/m.login.registration_token/validity
          POST /_matrix/client/v3/register/email/requestToken
          POST /_matrix/client/v3/register/msisdn/requestToken
          POST /_matrix/client/v3/account/password/email/requestToken
          POST /_matrix/client/v3/account/password/msisdn/requestToken
          POST /_matrix/client/v3/account/3pid/email/requestToken
          POST /_matrix/client/v3/account/3pid/msisdn/requestToken
          GET /_matrix/client/v3/profile/:userId
          GET /_matrix/client/v3/profile/:userId/:keyName
          GET /_matrix/client/v3/directory/room/:roomAlias
          GET /_matrix/client/v3/directory/list/room/:roomId
          GET /_matrix/client/v3/publicRooms
          GET /_matrix/media/v3/download/:serverName/:mediaId
          GET /_matrix/media/v3/download/:serverName/:mediaId/:fileName
          GET /_matrix/media/v3/thumbnail/:serverName/:mediaId
          """);

  /// Their body is a file, or there is nothing in it to read.
  private static final Set<String> WITHOUT_JSON =
      lines(
          """
          POST /_matrix/client/v3/logout
          POST /_matrix/client/v3/logout/all
          POST /_matrix/client/v3/rooms/:roomId/forget
          POST /_matrix/media/v1/create
          POST /_matrix/media/v3/upload
          PUT /_matrix/media/v3/upload/:serverName/:mediaId
          """);

  private static final Map<String, String> PARAMETERS =
      Map.of(
          "userId", "@x:hearth.test",
          "roomId", "!room:hearth.test",
          "roomIdOrAlias", "!room:hearth.test",
          "roomAlias", "#x:hearth.test",
          "eventId", "$event",
          "kind", "override",
          "receiptType", "m.read",
          "serverName", "hearth.test");

  private static Set<String> lines(String text) {
    return Arrays.stream(text.split("\n")).collect(Collectors.toCollection(TreeSet::new));
  }

  @BeforeAll
  static void register() {
    alice = HEARTH.register("every");
  }

  private static List<String> endpoints() {
    return HEARTH.routes().stream()
        .filter(
            route ->
                route.contains(" /_matrix/client/")
                    || route.contains(" /_matrix/media/")
                    || OPEN.contains(route))
        .toList();
  }

  private static Response call(RequestSpecification api, String endpoint, String body) {
    String[] parts = endpoint.split(" ", 2);
    var path = new StringBuilder();
    for (String segment : parts[1].split("/", -1)) {
      if (!path.isEmpty() || !segment.isEmpty()) path.append('/');
      path.append(
          segment.startsWith(":") ? PARAMETERS.getOrDefault(segment.substring(1), "x") : segment);
    }
    return (body.isEmpty() ? api : api.body(body)).request(parts[0], path.toString());
  }

  private static boolean answers(Response response, int status, String errcode) {
    return response.statusCode() == status
        && errcode.equals(response.jsonPath().getString("errcode"))
        && response.jsonPath().getString("error") != null;
  }

  private static String told(String endpoint, Response response) {
    return endpoint + " -> " + response.statusCode() + " " + response.asString();
  }

  @Test
  void theExceptionsExist() {
    assertThat(HEARTH.routes()).containsAll(OPEN).containsAll(WITHOUT_JSON);
  }

  /// "Missing token: 401 `M_MISSING_TOKEN`; an unrecognised one: 401 `M_UNKNOWN_TOKEN`."
  @Test
  void nothingButWhatIsOpenIsThereWithoutAToken() {
    var wrong = new ArrayList<String>();
    for (var endpoint : endpoints()) {
      var missing = call(HEARTH.api(), endpoint, endpoint.startsWith("GET") ? "" : "{}");
      if (OPEN.contains(endpoint)) {
        // A login or a refresh that is refused answers 401 or 403 for reasons of its own.
        if ("M_MISSING_TOKEN".equals(missing.jsonPath().getString("errcode")))
          wrong.add(told(endpoint, missing));
        continue;
      }
      if (!answers(missing, 401, "M_MISSING_TOKEN")) wrong.add(told(endpoint, missing));
      var unknown =
          call(HEARTH.api("hat_nonsense"), endpoint, endpoint.startsWith("GET") ? "" : "{}");
      if (!answers(unknown, 401, "M_UNKNOWN_TOKEN")) wrong.add(told(endpoint, unknown));
    }
    assertThat(wrong).isEmpty();
  }

  private static List<String> takingJson() {
    return endpoints().stream()
        .filter(endpoint -> endpoint.startsWith("POST") || endpoint.startsWith("PUT"))
        .filter(endpoint -> !WITHOUT_JSON.contains(endpoint))
        .toList();
  }

  /// Administrators' endpoints refuse others before they read the body.
  private static void refused(List<String> wrong, String endpoint, String body, String errcode) {
    var response = call(alice.api(), endpoint, body);
    if (!answers(response, 400, errcode) && !answers(response, 403, "M_FORBIDDEN"))
      wrong.add(told(endpoint, response));
  }

  /// "`M_NOT_JSON`: Request did not contain valid JSON. `M_BAD_JSON`: Request contained valid JSON,
  /// but it was malformed in some way."
  @Test
  void bodiesThatAreNoObjectsAreRefused() {
    var wrong = new ArrayList<String>();
    for (var endpoint : takingJson()) {
      refused(wrong, endpoint, "{\"a\":", "M_NOT_JSON");
      refused(wrong, endpoint, "[1]", "M_BAD_JSON");
      refused(wrong, endpoint, "\"text\"", "M_BAD_JSON");
    }
    assertThat(wrong).isEmpty();
  }

  /// "`M_UNRECOGNIZED`: ... 405 if the endpoint is implemented, but the incorrect HTTP method is
  /// used."
  @Test
  void otherMethodsAreRefused() {
    var wrong = new ArrayList<String>();
    for (var endpoint : endpoints()) {
      var other = "PATCH" + endpoint.substring(endpoint.indexOf(' '));
      var response = call(alice.api(), other, "{}");
      if (!answers(response, 405, "M_UNRECOGNIZED")) wrong.add(told(other, response));
    }
    assertThat(wrong).isEmpty();
  }
}
